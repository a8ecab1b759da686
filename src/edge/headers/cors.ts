import { isAdminRoute } from '#gateway/declare/admin-route';
import type { Parts } from '#gateway/edge/stage/stage';
import fastifyCors from '@fastify/cors';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** `false` excludes the route from CORS. */
    cors?: false;
  }
}

const MAX_AGE_SECONDS = 600;

/**
 * Lets pages of `CORS_ORIGINS` read responses (WHATWG Fetch, CORS protocol). Does nothing if the list is empty.
 */
export function cors({ server, config: { CORS_ORIGINS } }: Parts): PromiseLike<unknown> | undefined {
  if (!CORS_ORIGINS.length) return undefined;
  // Pages of other origins must not read the admin routes.
  server.addHook('onRoute', (route) => {
    if (isAdminRoute(route.url)) route.config = { ...route.config, cors: false };
  });
  return server.register(fastifyCors, {
    origin: CORS_ORIGINS,
    // Pages of these origins may send the session cookie.
    credentials: true,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'QUERY'],
    // An OPTIONS that is no preflight is answered with `Allow`, as without CORS.
    strictPreflight: false,
    preflightContinue: true,
    exposedHeaders: [
      'X-Request-Id',
      'Location',
      'Content-Location',
      'Accept-Query',
      // What a refusal names in its place:
      'Accept',
      'Accept-Encoding',
      'Accept-Patch',
      'Allow',
      'Retry-After',
      'ETag',
      'Age',
      'Cache-Status',
      'WWW-Authenticate',
      'DPoP-Nonce',
      'RateLimit',
      'RateLimit-Policy',
      // Announced ends:
      'Deprecation',
      'Sunset',
      'Link',
      // Downloads:
      'Accept-Ranges',
      'Content-Disposition',
      'Content-Range',
      // Uploads:
      'Upload-Offset',
      'Upload-Length',
      'Upload-Defer-Length',
      'Upload-Complete',
      'Upload-Concat',
      'Upload-Limit',
      'Upload-Expires',
      'Upload-Metadata',
      'Tus-Resumable',
      'Tus-Version',
      'Tus-Extension',
      'Tus-Max-Size',
      'Tus-Checksum-Algorithm',
    ],
    maxAge: MAX_AGE_SECONDS,
  });
}
