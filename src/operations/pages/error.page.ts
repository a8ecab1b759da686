import { operatorPage } from '#gateway/identity/logins/operator-page';
import type { GatewayError } from '#libs/errors';
import { html } from '#libs/html';
import { page } from './shell.ts';

/** What an operator can do about an error. */
const ADVICE: Partial<Record<string, string>> = {
  FORBIDDEN:
    'Open the page from the address bar or from another page here, with an account that has the scope admin.',
  NOT_FOUND: 'Check the address. What pages show is kept for minutes, and not longer.',
  CONFLICT: 'Wait until the other one has ended, then try again.',
  VALIDATION_FAILED: 'Go back, and correct the field.',
  BAD_REQUEST: 'Go back, and correct the field.',
};

/** The page for an error; the login page for somebody who is not logged in. */
export function errorPage(
  { code, status, title, detail, errors = [] }: GatewayError,
  requestId: string,
  { url }: { url: string },
): string {
  if (code === 'UNAUTHENTICATED') return operatorPage({ next: url, reason: 'Log in to see this page.' });
  return page(
    title,
    undefined,
    html`<p class="note bad">${detail ?? title}</p>
      ${errors.map(({ field, message }) => html`<p><strong>${field}</strong>: ${message}</p>`)}
      <p>${ADVICE[code] ?? 'Try again. If it stays, the log has more about this request.'}</p>
      <p class="quiet">Status ${status}, code ${code}, request <code>${requestId}</code>.</p>`,
  );
}
