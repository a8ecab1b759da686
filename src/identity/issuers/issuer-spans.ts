import { currentSpan, type Span } from '#libs/observe';

/**
 * Sends requests to an issuer or provider, each recorded as a span of the request that it is sent for (HTTP client conventions of
 * OpenTelemetry), until its response begins. They carry no trace context: the issuer is another party. Queries, headers and bodies,
 * which have tokens, are left out.
 */
export const recordedFetch = (send: typeof fetch): typeof fetch =>
  ((url: string | URL, options?: RequestInit) =>
    inRequestSpan(options?.method ?? 'GET', url, async () => {
      const response = await send(url, options);
      return { answer: response, status: response.status };
    })) as typeof fetch;

/** Runs `send` in the span of one request; outside of a recorded request, by itself. */
export async function inRequestSpan<Answer>(
  method: string,
  url: string | URL,
  send: () => Promise<{ answer: Answer; status: number }>,
): Promise<Answer> {
  const span = startSpan(method, new URL(url));
  try {
    const { answer, status } = await send();
    if (span) {
      span.attributes['http.response.status_code'] = status;
      span.end(status >= 400 ? `${status}` : undefined);
    }
    return answer;
  } catch (error) {
    span?.end(codeOf(error));
    throw error;
  }
}

/** The paths of an issuer are few, and are published by it: they may name a span. */
function startSpan(method: string, { protocol, hostname, port, pathname, origin }: URL): Span | undefined {
  return currentSpan()?.start(`${method} ${pathname}`, 'client', {
    'http.request.method': method,
    'server.address': hostname,
    'server.port': Number(port) || (protocol === 'http:' ? 80 : 443),
    'url.full': origin + pathname,
    'atrium.issuer': origin,
  });
}

/** The code of the system or of undici, for example `ECONNREFUSED`, else the name, for example `TimeoutError`. */
function codeOf(thrown: unknown): string {
  const { name, code, cause } = thrown as { name?: string; code?: unknown; cause?: { code?: unknown } };
  const found = [cause?.code, code].find((one) => typeof one === 'string');
  return String(found ?? name ?? 'unknown');
}
