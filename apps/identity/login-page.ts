/** What a login page shows. */
export interface LoginPage {
  /** Who is logged in here already, and is only asked whether the client may have what it asks for. */
  name: string | undefined;
  /** What is filled in. */
  hint: string;
  /** Whether what was sent was wrong. */
  isWrong: boolean;
}

/** Nothing is loaded, and nobody frames it. */
export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
};

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:22rem;margin:4rem auto;padding:0 1rem}
label,button{display:block;width:100%;margin:.75rem 0}input{display:block;width:100%;box-sizing:border-box;padding:.5rem;font:inherit}
button{padding:.5rem;font:inherit}[role=alert]{color:#a00}`;

/** The page where people log in, or agree. */
export function loginPage({ name, hint, isWrong }: LoginPage): string {
  const fields = `<label>Email <input name="email" type="email" autocomplete="username" value="${escaped(hint)}" required></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>`;
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Log in</title><style>${STYLE}</style>
<h1>${name === undefined ? 'Log in' : `Go on as ${escaped(name)}?`}</h1>
<p>Atrium would like to know who you are, and to stay logged in.</p>
${isWrong ? '<p role="alert">There is no such account with this password.</p>' : ''}
<form method="post">${name === undefined ? fields : ''}
<button name="answer" value="yes">${name === undefined ? 'Log in' : 'Go on'}</button>
<button name="answer" value="no" formnovalidate>Cancel</button></form>
</html>
`;
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character]!);
