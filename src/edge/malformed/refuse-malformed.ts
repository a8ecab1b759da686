import type { IncomingMessage } from 'node:http';
import { isOfKind } from '#gateway/declare/route-kind';
import { GatewayError } from '#libs/errors';
import type { Hooks } from '#gateway/edge/stage/stage';
import type { FastifyRequest } from 'fastify';
import { METHODS } from '#gateway/edge/methods/method-not-allowed';
import { isHost, targetRefusal } from './request-target.ts';

/** Closes the connection, as the next bytes may be a body. */
const CLOSE = { connection: 'close' };
/** The most characters of a parameter's name in an error. */
const MAX_NAME_LENGTH = 100;

/**
 * Refuses requests that Node or Fastify would accept, or answer in their own format: a missing, invalid or
 * repeated `Host` (RFC 9112, section 3.2), repeated credentials, an overlong or undecodable target, an unknown expectation. Answers
 * `OPTIONS *`.
 */
export const malformed = (): Pick<Hooks, 'onRequest'> => ({
  onRequest(request, reply, done) {
    const { raw, originalUrl, method } = request;
    const refusal =
      hostRefusal(raw) ??
      credentialsRefusal(raw) ??
      targetRefusal(raw) ??
      codingRefusal(raw) ??
      expectRefusal(raw) ??
      queryRefusal(request);
    if (refusal) return done(refusal);
    if (originalUrl !== '*' || method !== 'OPTIONS') return done();
    void reply.status(204).header('allow', METHODS.join(', ')).send();
  },
});

function hostRefusal({ rawHeaders, headers, httpVersion }: IncomingMessage): GatewayError | undefined {
  const hosts = countOf('host', rawHeaders);
  const { host, ':authority': authority } = headers;
  if (hosts > 1) return badHost('There is more than one Host header.', 'Must be given once');
  if (hosts === 0 && httpVersion === '1.1') return badHost('There is no Host header.', 'Must be given');
  if (host !== undefined && !isHost(host))
    return badHost('The Host header is not a valid host.', 'Must be a host');
  if (authority === undefined || host === undefined || host === authority) return undefined;
  // RFC 9113, section 8.3.1.
  return badHost('The Host header differs from the authority of the request.', 'Must be the same as :authority');
}

/** Refuses a repeated `Authorization`: Node takes the first one, and a proxy may have checked another (RFC 9110, section 5.3). */
function credentialsRefusal({ rawHeaders, headers }: IncomingMessage): GatewayError | undefined {
  if (headers.authorization === undefined || countOf('authorization', rawHeaders) < 2) return undefined;
  const errors = [{ field: 'Authorization', message: 'Must be given once' }];
  return new GatewayError('BAD_REQUEST', { detail: 'There is more than one Authorization header.', errors });
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

/**
 * Refuses query parameters of the API that are not percent-encoded UTF-8 (RFC 3986, section 2.5): Fastify would leave them
 * encoded. Pages and logins ignore such parameters, which others put into links.
 */
function queryRefusal(request: FastifyRequest): GatewayError | undefined {
  const { url } = request;
  const start = url.indexOf('?');
  if (start < 0 || !url.includes('%', start)) return undefined;
  if (isOfKind(request, 'page') || isOfKind(request, 'browser')) return undefined;
  const query = url.slice(start + 1);
  if (decoded(query) !== undefined) return undefined;
  const name = query
    .split('&')
    .find((one) => decoded(one) === undefined)!
    .split('=', 1)[0]!;
  const field = (decoded(name) ?? name).slice(0, MAX_NAME_LENGTH);
  const errors = [{ field, message: 'Must be percent-encoded UTF-8' }];
  return new GatewayError('BAD_REQUEST', { detail: 'The query cannot be decoded.', errors });
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function badHost(detail: string, message: string): GatewayError {
  return new GatewayError('BAD_REQUEST', { detail, errors: [{ field: 'Host', message }] });
}

/** How often a header was sent. Node drops the repetitions of some. */
function countOf(name: string, rawHeaders: readonly string[]): number {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i]!.length === name.length && rawHeaders[i]!.toLowerCase() === name) count += 1;
  }
  return count;
}
