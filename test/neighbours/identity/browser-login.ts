import type { Person, Tab } from './browsers.ts';

const WAIT_MS = 30_000;
const PASSWORDS = { 'ada@example.com': 'analytical-engine', 'grace@example.com': 'nanosecond-wire' };

/** Logs a person in at the provider. @returns their tab, at `/docs/?in` of the gateway */
export async function logIn(person: Person, url: string, email: keyof typeof PASSWORDS): Promise<Tab> {
  const tab = await person.newTab();
  const until = performance.now() + WAIT_MS;
  do await tab.goto(`${url}/bff/login?returnTo=/docs/?in`);
  // On a busy machine Redis may miss its time: the gateway says to come back.
  while (!(await tab.text('body')).includes('Password') && performance.now() < until);
  await tab.type('[name=email]', email);
  await tab.type('[name=password]', PASSWORDS[email]);
  await tab.click('button[value=yes]');
  await tab.received(`${url}/docs/?in`);
  return tab;
}

/** Who a script of a page is, by its cookie: the id of a user, or the status of the refusal. */
export async function whoIs(tab: Tab, url: string): Promise<string | number> {
  const until = performance.now() + WAIT_MS;
  for (;;) {
    const who = await tab.evaluate(async (at) => {
      const answer = await fetch(`${at}/bff/session`, { credentials: 'include', headers: { 'X-CSRF': '1' } });
      return answer.ok ? ((await answer.json()) as { userId: string }).userId : answer.status;
    }, url);
    // As above.
    if (who !== 503 || performance.now() > until) return who;
  }
}
