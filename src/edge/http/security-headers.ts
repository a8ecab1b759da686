import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Hooks } from '#gateway/edge/stage';
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

/** Puts helmet's headers on every answer, and keeps answers out of caches unless a door says otherwise. */
export function securityHeaders(): Pick<Hooks, 'onRequest'> {
  const forAnswers = { ...headersOf(FOR_ANSWERS), 'cache-control': 'no-store' };
  const forDocs = headersOf(FOR_DOCS);
  return {
    onRequest({ url }, reply, done) {
      void reply.headers(DOCS.test(url) ? forDocs : forAnswers);
      done();
    },
  };
}

/** What helmet would set on every response: the same each time, so asked once. */
export function headersOf(options: HelmetOptions = FOR_ANSWERS): Record<string, string> {
  const headers: Record<string, string> = {};
  const response = {
    setHeader: (name: string, value: string) => void (headers[name.toLowerCase()] = value),
    removeHeader: () => {},
  };
  helmet(options)({} as IncomingMessage, response as unknown as ServerResponse, () => {});
  return headers;
}
