import { isAdminRoute } from '#gateway/declare/admin-route';
import type { Parts } from '#gateway/edge/stage/stage';
import fastifyCors from '@fastify/cors';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** No page of another origin may read it. */
    cors?: false;
  }
}

const MAX_AGE_SECONDS = 600;

/** Lets pages of `CORS_ORIGINS` read answers (WHATWG Fetch, CORS protocol). Adds nothing where there are none. */
export function cors({ server, config: { CORS_ORIGINS } }: Parts): PromiseLike<unknown> | undefined {
  if (!CORS_ORIGINS.length) return undefined;
  // Pages of clients have nothing to do there.
  server.addHook('onRoute', (route) => {
    if (isAdminRoute(route.url)) route.config = { ...route.config, cors: false };
  });
  return server.register(fastifyCors, {
    origin: CORS_ORIGINS,
    // Pages of these origins may come with the cookie of a session.
    credentials: true,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'QUERY'],
    // An OPTIONS that is no preflight is answered as without CORS: with `Allow`.
    strictPreflight: false,
    preflightContinue: true,
    exposedHeaders: [
      'X-Request-Id',
      'Location',
      'Content-Location',
      'Accept-Query',
      'Retry-After',
      'ETag',
      'Age',
      'Cache-Status',
      'WWW-Authenticate',
      'DPoP-Nonce',
      'RateLimit',
      'RateLimit-Policy',
    ],
    maxAge: MAX_AGE_SECONDS,
  });
}
