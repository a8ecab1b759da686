import type { Client } from './client.ts';
import type { Prepared } from './request.ts';
import type { Route } from './operation.ts';

/**
 * Sends a request, and again if its token had expired. @throws what `fetch` throws
 */
export async function exchange(
  client: Client,
  route: Route,
  { url, method, headers, body }: Prepared,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const { onDeprecated } = client.options;
  // The cookie is sent with a login too: it is what the login replaces.
  const auth = route.anonymous && !client.options.auth?.credentials ? undefined : client.options.auth;
  const send = client.options.fetch ?? fetch;
  for (let isRepeated = false; ; isRepeated = true) {
    const found = auth?.headers(client);
    const granted = found && 'then' in found ? await (found as PromiseLike<Record<string, string>>) : found;
    const init: RequestInit = { method, signal, headers: granted ? { ...headers, ...granted } : headers };
    if (body !== undefined) init.body = body;
    if (auth?.credentials) init.credentials = auth.credentials;
    const response = await send(url, init);
    if (onDeprecated && response.headers.has('deprecation')) onDeprecated(route, response.headers);
    // STEP_UP_REQUIRED is a 401 too, with a challenge that a new token does not meet.
    const isRefused = response.status === 401 && auth && granted && !isRepeated && !route.anonymous;
    if (!isRefused || isStepUp(response) || !(await auth.renew(client, granted))) return response;
    await response.text();
  }
}

const isStepUp = ({ headers }: Response): boolean =>
  headers.get('www-authenticate')?.includes('insufficient_user_authentication') ?? false;
