import type { Hooks, Parts } from '#gateway/edge/stage/stage';
import { Forwarding, isForwarded } from '#libs/client-address';
import type { FastifyRequest } from 'fastify';

const TRUST_EVERYBODY =
  'TRUST_PROXY=on trusts the first address in X-Forwarded-For, which a client can forge if a proxy appends to the header. ' +
  'Set it to the number of proxies in front of the gateway, or to their addresses.';

const TRUST_NOBODY =
  'A request has X-Forwarded-For or Forwarded, and TRUST_PROXY is off. If it came through a proxy, all its clients have one ' +
  'address, and share one rate limit: set TRUST_PROXY to the number of proxies in front of the gateway, or to their ' +
  'addresses. This warning is logged once.';

/**
 * Sets `request.ip`, `protocol` and `host` to those of the client, as far as `TRUST_PROXY` trusts the proxies.
 * Warns at start if every proxy is trusted, and once if none is and a proxy seems to be in front.
 *
 * Fastify's own `trustProxy` stays off: it reads ports as parts of addresses, counts no hops, ignores `Forwarded`,
 * and takes `X-Forwarded-Proto` and `-Host` from the nearest hop only.
 */
export function clientOrigin({ server, config: { TRUST_PROXY }, logger }: Parts): Pick<Hooks, 'onRequest'> {
  const forwarding = new Forwarding(TRUST_PROXY);
  server.decorateRequest('ip', { getter: ipOf });
  server.decorateRequest('protocol', { getter: protocolOf });
  server.decorateRequest('host', { getter: hostOf });
  if (TRUST_PROXY === true) logger.warn(TRUST_EVERYBODY);
  let hasWarned = TRUST_PROXY !== false;
  return {
    onRequest({ raw }, _reply, done) {
      if (!hasWarned && isForwarded(raw)) {
        hasWarned = true;
        logger.warn(TRUST_NOBODY);
      }
      done();
    },
  };

  function ipOf(this: FastifyRequest) {
    return forwarding.addressOf(this.raw);
  }
  function protocolOf(this: FastifyRequest) {
    return forwarding.protocolOf(this.raw);
  }
  function hostOf(this: FastifyRequest) {
    return forwarding.hostOf(this.raw);
  }
}
