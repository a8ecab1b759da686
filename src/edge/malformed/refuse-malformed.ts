import type { IncomingMessage } from 'node:http';
import { GatewayError } from '#libs/errors';
import type { Hooks } from '#gateway/edge/stage/stage';
import { METHODS } from './method-not-allowed.ts';
import { isHost, targetRefusal } from './request-target.ts';

/** Closes the connection, as the next bytes may be a body. */
const CLOSE = { connection: 'close' };

/**
 * Refuses requests that Node or Fastify would accept, or answer in their own format: a missing, invalid or
 * repeated `Host` (RFC 9112, section 3.2), an overlong or undecodable target, an unknown expectation. Answers
 * `OPTIONS *`.
 */
export const malformed = (): Pick<Hooks, 'onRequest'> => ({
  onRequest({ raw, originalUrl, method }, reply, done) {
    const refusal = hostRefusal(raw) ?? targetRefusal(raw) ?? codingRefusal(raw) ?? expectRefusal(raw);
    if (refusal) return done(refusal);
    if (originalUrl !== '*' || method !== 'OPTIONS') return done();
    void reply.status(204).header('allow', METHODS.join(', ')).send();
  },
});

function hostRefusal({ rawHeaders, headers, httpVersion }: IncomingMessage): GatewayError | undefined {
  const hosts = hostsIn(rawHeaders);
  const { host, ':authority': authority } = headers;
  if (hosts > 1) return badHost('There is more than one Host header.', 'Must be given once');
  if (hosts === 0 && httpVersion === '1.1') return badHost('There is no Host header.', 'Must be given');
  if (host !== undefined && !isHost(host))
    return badHost('The Host header is not a valid host.', 'Must be a host');
  if (authority === undefined || host === undefined || host === authority) return undefined;
  // RFC 9113, section 8.3.1.
  return badHost('The Host header differs from the authority of the request.', 'Must be the same as :authority');
}

/**
 * Refuses transfer codings other than `chunked`: the end of the body would be ambiguous, and a proxy could see
 * another request after it (request smuggling; RFC 9112, sections 6.1 and 6.3).
 */
function codingRefusal({ headers, httpVersion }: IncomingMessage): GatewayError | undefined {
  const coding = headers['transfer-encoding'];
  if (coding === undefined || (httpVersion !== '1.0' && coding.toLowerCase() === 'chunked')) return undefined;
  const errors = [{ field: 'Transfer-Encoding', message: 'Must be chunked, over HTTP/1.1' }];
  const detail = 'The end of the body is ambiguous.';
  return new GatewayError('BAD_REQUEST', { detail, errors, headers: CLOSE });
}

/** Refuses unknown expectations. HTTP/1.0 ignores them (RFC 9110, section 10.1.1). */
function expectRefusal({ headers: { expect }, httpVersion }: IncomingMessage): GatewayError | undefined {
  if (expect === undefined || httpVersion === '1.0' || /^100-continue$/i.test(expect)) return undefined;
  const detail = 'The only supported expectation is 100-continue.';
  // In HTTP/1.1 a body may follow, or wait for 100 Continue; HTTP/2 has separate streams.
  return new GatewayError('EXPECTATION_FAILED', { detail, headers: httpVersion === '1.1' ? CLOSE : {} });
}

function badHost(detail: string, message: string): GatewayError {
  return new GatewayError('BAD_REQUEST', { detail, errors: [{ field: 'Host', message }] });
}

function hostsIn(rawHeaders: readonly string[]): number {
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i]!.length === 4 && rawHeaders[i]!.toLowerCase() === 'host') hosts += 1;
  }
  return hosts;
}
