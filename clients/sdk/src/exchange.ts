import type { Client } from './client.ts';
import { failure, type Failure } from './result.ts';
import type { Prepared } from './request.ts';
import type { Route } from './operation.ts';

/** Ends a request by the caller's signal or by a deadline, and tells which. */
export class Cancellation {
  private readonly controller = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isLate = false;
  private readonly outer: AbortSignal | undefined;

  constructor(outer: AbortSignal | undefined) {
    this.outer = outer;
    if (outer?.aborted) this.abort();
    else outer?.addEventListener('abort', this.abort);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  readonly abort = (): void => this.controller.abort();

  /** Moves the deadline. @param ms from now; undefined for none */
  endIn(ms: number | undefined): void {
    clearTimeout(this.timer);
    if (ms === undefined) return;
    this.timer = setTimeout(() => {
      this.isLate = true;
      this.abort();
    }, ms);
  }

  /** Ends the deadline, and lets go of the caller's signal unless a body is still to be read. */
  done(isRead: boolean): void {
    clearTimeout(this.timer);
    if (isRead) this.outer?.removeEventListener('abort', this.abort);
  }

  /** Why an exchange threw. */
  failureOf(error: unknown): Failure<never> {
    if (this.outer?.aborted) return failure('ABORTED', 'The caller has cancelled.');
    if (this.isLate) return failure('TIMEOUT', 'The deadline has passed.');
    return failure('NETWORK', error instanceof Error ? error.message : 'No answer.');
  }
}

/**
 * Sends a request, and again if its token had expired. @throws what `fetch` throws
 */
export async function exchange(
  client: Client,
  route: Route,
  { url, method, headers, body }: Prepared,
  signal: AbortSignal,
): Promise<Response> {
  const { onDeprecated } = client.options;
  // The cookie is sent with a login too: it is what the login replaces.
  const auth = route.anonymous && !client.options.auth?.credentials ? undefined : client.options.auth;
  const send = client.options.fetch ?? fetch;
  for (let isRepeated = false; ; isRepeated = true) {
    const found = auth?.headers(client);
    const granted = found && 'then' in found ? await (found as PromiseLike<Record<string, string>>) : found;
    const response = await send(url, {
      ...{ method, body, signal, headers: granted ? { ...headers, ...granted } : headers },
      ...(auth?.credentials && { credentials: auth.credentials }),
    });
    if (onDeprecated && response.headers.has('deprecation')) onDeprecated(route, response.headers);
    // STEP_UP_REQUIRED is a 401 too, with a challenge that a new token does not meet.
    const isRefused = response.status === 401 && auth && granted && !isRepeated && !route.anonymous;
    if (!isRefused || isStepUp(response) || !(await auth.renew(client, granted))) return response;
    await response.text();
  }
}

const isStepUp = ({ headers }: Response): boolean =>
  headers.get('www-authenticate')?.includes('insufficient_user_authentication') ?? false;
