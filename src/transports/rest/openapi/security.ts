import { SESSION_COOKIE } from '#gateway/identity/browser/cookies';

/** The ways to authenticate, by name. */
export const SECURITY_SCHEMES = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'A JWT access token (RFC 9068), validated as RFC8725 recommends; see docs/security.md.',
  },
  dpop: {
    type: 'http',
    scheme: 'DPoP',
    description: 'An access token bound to a key, with a proof in the header `DPoP` (RFC 9449).',
  },
  apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'The API key of a partner.' },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: SESSION_COOKIE.name,
    description: 'The session cookie of a browser, set by `POST /bff/login`: scripts cannot read it (RFC 10017).',
  },
  csrf: {
    type: 'apiKey',
    in: 'header',
    name: 'X-CSRF',
    description: 'Always `1`, beside the session cookie: other sites cannot send it without a preflight.',
  },
} as const;

/** Navigations and streams of pages, which cannot set headers: browsers declare them same-origin. */
export const COOKIE_ALONE: Record<string, string[]> = { session: [] };

/** The ways to authenticate, any one of them; a session cookie comes with `X-CSRF`. */
export const ANY_WAY: Record<string, string[]>[] = [
  { bearer: [] },
  { dpop: [] },
  { apiKey: [] },
  { session: [], csrf: [] },
];
