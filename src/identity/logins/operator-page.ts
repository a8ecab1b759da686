import { html } from '#libs/html';

/**
 * The Content-Security-Policy of the operators' pages: everything comes from the admin port, forms go there, and a script
 * makes markup only of what `live` lets pass.
 */
export const OPERATOR_PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types live";

/** The path of the style sheet of all pages of operators. */
export const OPERATOR_STYLE = '/admin/ui/style.css';

/** Where operators get to by default. */
const PAGES = '/admin/ui';

/**
 * The path on the admin port that a login leads to.
 * @param next given by the address of the login page; all but paths below `/admin/` are replaced
 */
export function nextOf(next: unknown): string {
  if (typeof next !== 'string' || !URL.canParse(next, 'http://here.invalid')) return PAGES;
  const { origin, pathname, search } = new URL(next, 'http://here.invalid');
  const isOurs = origin === 'http://here.invalid' && pathname.startsWith('/admin/');
  return isOurs && !pathname.startsWith('/admin/login') ? pathname + search : PAGES;
}

/** A login that failed, or one that is needed. */
interface LoginState {
  /** The page to go to afterwards. */
  next?: unknown;
  email?: unknown;
  /** Why the person sees this page; undefined if they came by themselves. */
  reason?: string;
}

/** The operators' login page. It works without its script, which only saves the reload. */
export function operatorPage({ next, email, reason }: LoginState = {}): string {
  const known = typeof email === 'string' ? email : '';
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Atrium: operators</title>
        <link rel="stylesheet" href="${OPERATOR_STYLE}" />
        <script type="module" src="/admin/login.js"></script>
      </head>
      <body>
        <main class="login">
          <h1>Operators</h1>
          ${reason && html`<p class="note">${reason}</p>`}
          <form method="post" action="/admin/login/form">
            <input type="hidden" name="next" value="${nextOf(next)}" />
            <p>
              <label
                >Email <input name="email" type="email" autocomplete="username" required value="${known}"
              /></label>
            </p>
            <p>
              <label
                >Password <input name="password" type="password" autocomplete="current-password" required
              /></label>
            </p>
            <p><button>Log in</button></p>
          </form>
          <p role="status"></p>
          <p><button name="logout" type="button" hidden>Log out</button></p>
          <p class="quiet">
            Already logged in, and led here by a link of another site? <a href="${nextOf(next)}">Go on</a>
          </p>
        </main>
      </body>
    </html>`;
  return String(page);
}

/** The script of the page: logs in and out, and navigates to the page of the admin port in the query parameter \`next\`. */
export const OPERATOR_SCRIPT = `const form = document.querySelector('form');
const status = document.querySelector('[role=status]');
const logout = document.querySelector('[name=logout]');
const headers = { 'X-CSRF': '1' };

function show(isIn, text) {
  form.hidden = isIn;
  logout.hidden = !isIn;
  status.textContent = text;
}

async function look() {
  const answer = await fetch('/admin/session', { headers });
  if (answer.ok) show(true, 'Logged in as ' + (await answer.json()).userId + '.');
  else show(false, '');
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const { email, password, next: page } = Object.fromEntries(new FormData(form));
  const answer = await fetch('/admin/login', {
    method: 'POST',
    headers: { ...headers, 'Content-Type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  if (!answer.ok) return show(false, (await answer.json()).detail);
  const isLoginPage = location.pathname.startsWith('/admin/login');
  const next = new URL((isLoginPage ? new URLSearchParams(location.search).get('next') : page) ?? '', location.href);
  const isOurs = next.origin === location.origin && next.pathname.startsWith('/admin/');
  if (isOurs && !next.pathname.startsWith('/admin/login')) location.replace(next);
  else await look();
});

logout.addEventListener('click', async () => {
  await fetch('/admin/logout', { method: 'POST', headers });
  await look();
});

await look();
`;
