// The script of every page of the portal: who is logged in, in this browser, and the form that changes it.

/** A problem document (RFC 9457), as far as the form shows it. */
interface Problem {
  title?: string;
  detail?: string;
}

const byId = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
const form = byId<HTMLFormElement>('login');
const who = byId('who');
const failure = byId('login-failure');
const logout = byId<HTMLButtonElement>('logout');
const loginArea = byId<HTMLDetailsElement>('login-area');
const page = { 'X-CSRF': '1' };

function show(userId: string | undefined): void {
  who.textContent = userId === undefined ? 'Not logged in' : `Logged in as ${userId}`;
  logout.hidden = userId === undefined;
  loginArea.hidden = userId !== undefined;
}

async function readSession(): Promise<void> {
  const answer = await fetch('/bff/session', { headers: page });
  show(answer.ok ? ((await answer.json()) as { userId: string }).userId : undefined);
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  void logIn();
});

async function logIn(): Promise<void> {
  failure.textContent = '';
  const { email, password } = Object.fromEntries(new FormData(form));
  const answer = await fetch('/bff/login', {
    method: 'POST',
    headers: { ...page, 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  if (answer.ok) {
    form.reset();
    loginArea.open = false;
    await readSession();
    logout.focus();
    return;
  }
  const { title, detail } = (await answer.json()) as Problem;
  failure.textContent = [title, detail].filter(Boolean).join(': ');
}

logout.addEventListener('click', () => void logOut());

async function logOut(): Promise<void> {
  const answer = await fetch('/bff/logout', { method: 'POST', headers: page });
  const ended = answer.status === 200 ? ((await answer.json()) as { endSessionUrl?: string }) : {};
  if (ended.endSessionUrl) location.assign(ended.endSessionUrl);
  else await readSession();
}

await readSession();
