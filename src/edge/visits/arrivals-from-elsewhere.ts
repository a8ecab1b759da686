import { isOfKind } from '#gateway/declare/route-kind';
import type { Hooks } from '#gateway/edge/stage/stage';
import { navigatingPage } from '#gateway/identity/provider/navigation';
import type { FastifyRequest } from 'fastify';

/**
 * Answers a visitor who follows a link of another site to a page of their own with a page that goes to the same address:
 * browsers send no `Strict` cookie with a navigation that another site began (RFC 6265bis, section 5.2), and the visitor would
 * be asked to log in, with an empty cart. Pages that are the same for all have nothing to wait for.
 */
export const arrivalsFromElsewhere = (): Pick<Hooks, 'onRequest'> => ({
  onRequest(request, reply, done) {
    if (!isOfKind(request, 'page') || request.routeOptions.config.isSharedPage || !isFromElsewhere(request))
      return done();
    void reply.send(navigatingPage(reply, request.url));
  },
});

/**
 * Whether another site began this navigation of a tab. What a service worker passes on has an empty destination, and with
 * Firefox 153 calls itself of this origin: its `Referer` tells. Frames get no cookies by it, and programs have no such headers.
 */
function isFromElsewhere({ method, headers, host }: FastifyRequest): boolean {
  const { 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': destination, referer } = headers;
  if (method !== 'GET') return false;
  if (destination === 'document') return site === 'cross-site';
  if (destination !== 'empty') return false;
  return mode === 'navigate'
    ? site === 'cross-site'
    : mode === 'same-origin' && referer !== undefined && URL.parse(referer)?.host !== host;
}
