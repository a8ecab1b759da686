import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Hooks } from '#gateway/edge/stage/stage';
import helmet, { type HelmetOptions } from 'helmet';

const DOCS = /^\/docs(?=\/|\?|$)/;

/** An API answer is never a page: nothing may be loaded by it, and nobody may frame it. */
const FOR_ANSWERS: HelmetOptions = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  },
};

/** The reference at `/docs` is a page: its own scripts, styles and images, from here alone. */
const FOR_DOCS: HelmetOptions = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      frameAncestors: ["'none'"],
    },
  },
};

/** What only an answer over TLS may bear (RFC 6797, 7.2): that the host is to be reached by HTTPS from now on. */
const OVER_TLS = 'strict-transport-security';

/**
 * Puts helmet's headers on every answer, and keeps answers out of caches unless a door says otherwise. HSTS is on those that
 * go out over TLS: ours, or that of a trusted proxy which says so in `X-Forwarded-Proto`.
 */
export function securityHeaders(): Pick<Hooks, 'onRequest'> {
  const forDocs = variants(FOR_DOCS);
  return {
    onRequest({ url, protocol }, reply, done) {
      const { plain, overTls } = DOCS.test(url) ? forDocs : forAnswers;
      void reply.headers(protocol === 'https' ? overTls : plain);
      done();
    },
  };
}

function variants(options: HelmetOptions, others: Record<string, string> = {}) {
  return { plain: { ...headersOf(options), ...others }, overTls: { ...helmetOf(options), ...others } };
}

/** helmet's headers for an answer in plain text. */
function headersOf(options: HelmetOptions = FOR_ANSWERS): Record<string, string> {
  const { [OVER_TLS]: _, ...others } = helmetOf(options);
  return others;
}

const forAnswers = variants(FOR_ANSWERS, { 'cache-control': 'no-store' });

/** The headers of an answer of which nothing else is known. */
export const answerHeaders = (isOverTls: boolean): Record<string, string> =>
  isOverTls ? forAnswers.overTls : forAnswers.plain;

/** What helmet would set on every response: the same each time, so asked once. */
function helmetOf(options: HelmetOptions): Record<string, string> {
  const headers: Record<string, string> = {};
  const response = {
    setHeader: (name: string, value: string) => void (headers[name.toLowerCase()] = value),
    removeHeader: () => {},
  };
  helmet(options)({} as IncomingMessage, response as unknown as ServerResponse, () => {});
  return headers;
}
