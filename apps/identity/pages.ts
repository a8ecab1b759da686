/** The content of a login page. */
export interface LoginPage {
  /** The user who is already logged in, and only consents to the client's request. */
  name: string | undefined;
  /** The prefilled values. */
  hint: string;
  /** Whether the submitted credentials were wrong. */
  isWrong: boolean;
}

/** A content security policy without external resources and frames. */
export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
};

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:22rem;margin:4rem auto;padding:0 1rem}
label,button{display:block;width:100%;margin:.75rem 0}input{display:block;width:100%;box-sizing:border-box;padding:.5rem;font:inherit}
button{padding:.5rem;font:inherit}[role=alert]{color:#a00}`;

/** Sends a page. */
export function answerPage(
  context: { set(headers: typeof PAGE_HEADERS): void; body: unknown },
  text: string,
): void {
  context.set(PAGE_HEADERS);
  context.body = text;
}

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><style>${STYLE}</style>
${body}
</html>
`;

/** The page for login or consent. */
export function loginPage({ name, hint, isWrong }: LoginPage): string {
  const fields = `<label>Email <input name="email" type="email" autocomplete="username" value="${escaped(hint)}" required></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>`;
  const heading = name === undefined ? 'Log in' : `Go on as ${escaped(name)}?`;
  const alert = isWrong ? '<p role="alert">There is no such account with this password.</p>' : '';
  return page(
    'Log in',
    `<h1>${heading}</h1>
<p>Atrium would like to know who you are, and to stay logged in.</p>${alert}
<form method="post">${name === undefined ? fields : ''}
<button name="answer" value="yes">${name === undefined ? 'Log in' : 'Go on'}</button>
<button name="answer" value="no" formnovalidate>Cancel</button></form>`,
  );
}

/** The page for the confirmation of a logout. @param form the provider's form, without buttons */
export const logoutPage = (form: string): string =>
  page(
    'Log out',
    `<h1>Log out here, too?</h1>${form}
<button type="submit" form="op.logoutForm" name="logout" value="yes">Log out</button>
<button type="submit" form="op.logoutForm">Stay logged in</button>`,
  );

/** The page shown after a logout without a `post_logout_redirect_uri`. */
export const LOGGED_OUT_PAGE = page('Logged out', '<h1>You are logged out.</h1>');

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character]!);
