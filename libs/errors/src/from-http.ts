import type { ErrorCode } from './catalogue.ts';
import { GatewayError } from './gateway-error.ts';

/** What a client is told when an upstream answers this HTTP status. Other statuses are a bad response. */
export const codeByHttpStatus: Partial<Record<number, ErrorCode>> = {
  404: 'NOT_FOUND',
  408: 'UPSTREAM_TIMEOUT',
  409: 'CONFLICT',
  410: 'NOT_FOUND',
  422: 'VALIDATION_FAILED',
  429: 'OVERLOADED',
  502: 'UPSTREAM_UNAVAILABLE',
  503: 'UPSTREAM_UNAVAILABLE',
  504: 'UPSTREAM_TIMEOUT',
};

/** How much of an upstream's words a log is told, in characters. */
const MOST_WORDS = 500;

/** Translates an HTTP answer that is not 2xx. What its problem details say (RFC 9457) stays in `cause`. */
export function fromHttp(status: number, body: unknown): GatewayError {
  const { title, detail = title } = (body ?? {}) as { title?: unknown; detail?: unknown };
  const words = typeof detail === 'string' ? `: ${detail.slice(0, MOST_WORDS)}` : '';
  return new GatewayError(codeByHttpStatus[status] ?? 'UPSTREAM_BAD_RESPONSE', {
    cause: `HTTP ${status}${words}`,
  });
}
