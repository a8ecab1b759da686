/** The Content-Security-Policy of the operators' login page: script and connections only from the admin port. */
export const OPERATOR_PAGE_POLICY =
  "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The operators' login page. It needs its script: a plain form cannot send the header `X-CSRF`. */
export const OPERATOR_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Atrium: operators</title>
<script type="module" src="/admin/login.js"></script>
</head>
<body>
<main>
<h1>Operators</h1>
<form>
<p><label>Email <input name="email" type="email" autocomplete="username" required></label></p>
<p><label>Password <input name="password" type="password" autocomplete="current-password" required></label></p>
<p><button>Log in</button></p>
</form>
<p role="status"></p>
<p><button name="logout" hidden>Log out</button></p>
</main>
</body>
</html>
`;

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
  const body = JSON.stringify(Object.fromEntries(new FormData(form)));
  const answer = await fetch('/admin/login', {
    method: 'POST',
    headers: { ...headers, 'Content-Type': 'application/json' },
    body,
  });
  if (!answer.ok) return show(false, (await answer.json()).detail);
  const next = new URL(new URLSearchParams(location.search).get('next') ?? '', location.href);
  const isOurs = next.origin === location.origin && next.pathname.startsWith('/admin/');
  if (isOurs && next.pathname !== location.pathname) location.replace(next);
  else await look();
});

logout.addEventListener('click', async () => {
  await fetch('/admin/logout', { method: 'POST', headers });
  await look();
});

await look();
`;
