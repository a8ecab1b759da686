import { GatewayError } from '#libs/errors';
import type { Hooks } from '#gateway/edge/stage';

const LONGEST_URL = 8_192;

/** A path of no route. Addresses that do not decode lead there, so that they pass the same edge as all others. */
export const NOWHERE = '/%25';

/** Whether the path of an address is percent-encoded as it should be (RFC 3986, section 2.1). */
export function isDecodable(url: string): boolean {
  if (!url.includes('%')) return true;
  try {
    decodeURI(url.split('?', 1)[0]!);
    return true;
  } catch {
    return false;
  }
}

/**
 * Refuses what Node and Fastify would let pass, or answer in words of their own: two `Host` headers (RFC 9112,
 * section 3.2), an address that is endless or does not decode.
 */
export const malformed = (): Pick<Hooks, 'onRequest'> => ({
  onRequest({ raw, originalUrl }, _reply, done) {
    if (hostsIn(raw.rawHeaders) > 1) {
      const errors = [{ field: 'Host', message: 'Must be given once' }];
      return done(new GatewayError('BAD_REQUEST', { detail: 'There is more than one Host header.', errors }));
    }
    if (originalUrl.length > LONGEST_URL) {
      return done(new GatewayError('URI_TOO_LONG', { detail: `The address may have ${LONGEST_URL} characters.` }));
    }
    if (!isDecodable(originalUrl)) {
      const errors = [{ field: 'path', message: 'Must be percent-encoded UTF-8' }];
      return done(new GatewayError('BAD_REQUEST', { detail: 'The address cannot be decoded.', errors }));
    }
    done();
  },
});

function hostsIn(rawHeaders: readonly string[]): number {
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i]!.length === 4 && rawHeaders[i]!.toLowerCase() === 'host') hosts += 1;
  }
  return hosts;
}
