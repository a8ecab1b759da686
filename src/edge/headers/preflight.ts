import type { Hooks, Parts } from '#gateway/edge/stage/stage';

/**
 * Answers CORS preflights (WHATWG Fetch) of every path with 204; the `CORS` stage has set the headers for listed
 * origins. Other OPTIONS requests pass.
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
