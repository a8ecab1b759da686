import type { Client } from './client.ts';
import type { Prepared } from './request.ts';
import type { Route } from './operation.ts';

/**
 * Sends a request; again if its token had expired, and if its proof needs a nonce. @throws what `fetch` throws
 */
export async function exchange(
  client: Client,
  route: Route,
  { url, method, headers, body }: Prepared,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const { onDeprecated, auth: given } = client.options;
  const isAnonymous = route.anonymous === true;
  // The cookie is sent with a login too: it is what the login replaces.
  const auth = isAnonymous && !given?.credentials && !given?.signsAnonymous ? undefined : given;
  const request = { method, url, isAnonymous };
  const send = client.options.fetch ?? fetch;
  let isSignedAnew = false;
  let isRenewed = false;
  for (;;) {
    const found = auth?.headers(client, request);
    const granted = found && 'then' in found ? await (found as PromiseLike<Record<string, string>>) : found;
    const init: RequestInit = { method, signal, headers: granted ? { ...headers, ...granted } : headers };
    if (body !== undefined) init.body = body;
    if (auth?.credentials) init.credentials = auth.credentials;
    const response = await send(url, init);
    if (auth?.isToRepeat?.(response) && !isSignedAnew) {
      isSignedAnew = true;
      await response.text();
      continue;
    }
    if (onDeprecated && response.headers.has('deprecation')) onDeprecated(route, response.headers);
    // STEP_UP_REQUIRED is a 401 too, with a challenge that a new token does not meet.
    const isRefused = response.status === 401 && auth && granted && !isRenewed && !isAnonymous;
    if (!isRefused || isStepUp(response) || !(await auth.renew(client, granted))) return response;
    isRenewed = true;
    await response.text();
  }
}

const isStepUp = ({ headers }: Response): boolean =>
  headers.get('www-authenticate')?.includes('insufficient_user_authentication') ?? false;
