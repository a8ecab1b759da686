import type { Hooks, Parts } from '#gateway/edge/stage/stage';
import { Forwarding, isForwarded } from '#libs/client-address';
import type { FastifyRequest } from 'fastify';

const EVERYBODY_IS_TRUSTED =
  'TRUST_PROXY=on: the first address in X-Forwarded-For is believed, which is what the client wrote where a proxy appends. ' +
  'Set it to the number of proxies in front of the gateway, or to their addresses.';

const NOBODY_IS_TRUSTED =
  'A request has X-Forwarded-For or Forwarded, and TRUST_PROXY is off. If it came through a proxy, all its users have one ' +
  'address, and share one rate limit: set TRUST_PROXY to the number of proxies in front of the gateway, or to their ' +
  'addresses. This is said once.';

/**
 * Lets `request.ip`, `protocol` and `host` say what the client is, has come by and has asked, as far as `TRUST_PROXY` goes.
 * Warns at start where everybody is trusted, and once where nobody is and a proxy seems to be in front.
 *
 * Fastify's own `trustProxy` stays off: it takes ports for parts of addresses, counts no hops, knows no `Forwarded`, and
 * reads of `X-Forwarded-Proto` and `-Host` what the nearest hop has written alone.
 */
export function clientOrigin({ server, config: { TRUST_PROXY }, logger }: Parts): Pick<Hooks, 'onRequest'> {
  const forwarding = new Forwarding(TRUST_PROXY);
  server.decorateRequest('ip', { getter: ipOf });
  server.decorateRequest('protocol', { getter: protocolOf });
  server.decorateRequest('host', { getter: hostOf });
  if (TRUST_PROXY === true) logger.warn(EVERYBODY_IS_TRUSTED);
  let hasWarned = TRUST_PROXY !== false;
  return {
    onRequest({ raw }, _reply, done) {
      if (!hasWarned && isForwarded(raw)) {
        hasWarned = true;
        logger.warn(NOBODY_IS_TRUSTED);
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
