import type { IncomingMessage } from 'node:http';
import { GatewayError } from '#libs/errors';
import type { Hooks } from '#gateway/edge/stage/stage';
import { METHODS } from './method-not-allowed.ts';
import { isHost, targetRefusal } from './request-target.ts';

/** What follows on the connection may be a body. */
const CLOSE = { connection: 'close' };

/**
 * Refuses what Node and Fastify would let pass, or answer in words of their own: a `Host` that is missing, no host or there
 * twice (RFC 9112, section 3.2), a target that is endless or cannot be read, an expectation that nobody knows. Answers
 * `OPTIONS *`, which is of the whole server.
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
  if (host !== undefined && !isHost(host)) return badHost('The Host header is no host.', 'Must be a host');
  if (authority === undefined || host === undefined || host === authority) return undefined;
  // RFC 9113, section 8.3.1.
  return badHost('The Host header is not the authority of the request.', 'Must be the same as :authority');
}

/**
 * Where a body ends is known by a length, or by chunks alone (RFC 9112, sections 6.1 and 6.3). Whoever in between reads another
 * coding differently would see another request after it.
 */
function codingRefusal({ headers, httpVersion }: IncomingMessage): GatewayError | undefined {
  const coding = headers['transfer-encoding'];
  if (coding === undefined || (httpVersion !== '1.0' && coding.toLowerCase() === 'chunked')) return undefined;
  const errors = [{ field: 'Transfer-Encoding', message: 'Must be chunked, over HTTP/1.1' }];
  const detail = 'It cannot be told where the body ends.';
  return new GatewayError('BAD_REQUEST', { detail, errors, headers: CLOSE });
}

/** HTTP/1.0 has no expectations, and they are ignored there (RFC 9110, section 10.1.1). */
function expectRefusal({ headers: { expect }, httpVersion }: IncomingMessage): GatewayError | undefined {
  if (expect === undefined || httpVersion === '1.0' || /^100-continue$/i.test(expect)) return undefined;
  const detail = 'There is one expectation that can be met: 100-continue.';
  // A body may be on its way, or may wait for an answer to the expectation. HTTP/2 has streams for that.
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
