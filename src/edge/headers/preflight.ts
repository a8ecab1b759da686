import type { Hooks, Parts } from '#gateway/edge/stage/stage';

/**
 * Answers preflights (WHATWG Fetch, CORS-preflight request) of every path with 204: the headers that allow the request are
 * there already where its origin is listed. Another OPTIONS goes on.
 */
export const preflight = ({ config: { CORS_ORIGINS } }: Parts): Pick<Hooks, 'onRequest'> => ({
  onRequest({ method, headers }, reply, done) {
    const isPreflight =
      method === 'OPTIONS' &&
      headers.origin !== undefined &&
      headers['access-control-request-method'] !== undefined;
    if (!CORS_ORIGINS.length || !isPreflight) return done();
    void reply.code(204).send();
  },
});
