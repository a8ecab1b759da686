import type { Hooks } from '#gateway/edge/stage/stage';

/** The media types of QUERY content. */
const ACCEPT_QUERY = 'application/json';

/**
 * Sends `Accept-Query` (RFC 10008, section 3), the media types of QUERY content, on every response of a resource
 * that supports QUERY.
 */
export function acceptQuery(): Pick<Hooks, 'onRoute' | 'onRequest'> {
  const resources = new Set<string>();
  return {
    onRoute({ url, method }) {
      // A route for several methods either refuses QUERY or accepts any content.
      if (method === 'QUERY') resources.add(url);
    },
    onRequest({ routeOptions: { url } }, reply, done) {
      if (url !== undefined && resources.has(url)) void reply.header('accept-query', ACCEPT_QUERY);
      done();
    },
  };
}
