import type { Hooks } from '#gateway/edge/stage/stage';

/** What a QUERY may consist of, as a list of media types. */
const ACCEPT_QUERY = 'application/json';

/** Says in every answer of a resource that has a QUERY what that may consist of (RFC 10008, section 3): `Accept-Query`. */
export function acceptQuery(): Pick<Hooks, 'onRoute' | 'onRequest'> {
  const resources = new Set<string>();
  return {
    onRoute({ url, method }) {
      // A route for several methods has no QUERY of its own: it refuses it, or takes whatever comes.
      if (method === 'QUERY') resources.add(url);
    },
    onRequest({ routeOptions: { url } }, reply, done) {
      if (url !== undefined && resources.has(url)) void reply.header('accept-query', ACCEPT_QUERY);
      done();
    },
  };
}
