import { tlsAnswer } from '#libs/endpoints';
import { fromHttp, GatewayError } from '#libs/errors';

/** The hint for the log at an `http://` address where TLS is spoken. */
export const TLS_IS_SPOKEN = 'the address is http://, but TLS is spoken there';
const BAD_REQUEST = 400;
/** The cause of an error for a 400 whose body is not a problem in JSON. */
const { message: PLAIN_REFUSAL } = fromHttp(BAD_REQUEST, undefined).cause as Error;
/** The minimum interval between probes of an address, and the timeout of one, in milliseconds. */
const INTERVAL_MS = 60_000;
const TIMEOUT_MS = 1_000;
const HTTP_PORT = 80;

/**
 * Detects that an `http://` address leads to a TLS port: nginx, Apache and Go answer plain HTTP there with a plain 400, HAProxy
 * and Node close the connection.
 */
export class PlainToTls {
  /** Whether it has ever answered well in plain HTTP: then a closed connection says nothing. */
  hasAnswered = false;
  private probedAt = -Infinity;
  private isTls = Promise.resolve(false);

  constructor(private readonly address: string) {}

  /** Probes the address after that, at most once a minute. @returns the error, which names the mistake if it is one */
  async explained(error: unknown): Promise<unknown> {
    const { cause } = error as Error;
    const isRefusal = (cause as Error | undefined)?.message === PLAIN_REFUSAL;
    const isSuspect = isRefusal || (!this.hasAnswered && wasClosed(cause));
    if (!isSuspect || !this.address.startsWith('http:')) return error;
    if (performance.now() - this.probedAt >= INTERVAL_MS) {
      this.probedAt = performance.now();
      this.isTls = speaksTls(new URL(this.address));
    }
    if (!(await this.isTls)) return error;
    if (isRefusal) return fromHttp(BAD_REQUEST, { title: TLS_IS_SPOKEN });
    const { transient } = error as GatewayError;
    return new GatewayError('UPSTREAM_UNAVAILABLE', { cause: new Error(TLS_IS_SPOKEN, { cause }), transient });
  }
}

/** Whether the connection was closed before an answer. */
function wasClosed(cause: unknown): boolean {
  const { code } = (cause ?? {}) as { code?: unknown };
  return code === 'ECONNRESET' || code === 'UND_ERR_SOCKET';
}

async function speaksTls({ hostname, port }: URL): Promise<boolean> {
  const place = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || HTTP_PORT) };
  return (await tlsAnswer(place, performance.now() + TIMEOUT_MS)) !== undefined;
}
