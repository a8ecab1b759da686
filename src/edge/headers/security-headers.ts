import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Hooks } from '#gateway/edge/stage/stage';
import helmet, { type HelmetOptions } from 'helmet';

/** A response is no page, or its handler sets a policy of its own: it may load nothing and may not be framed. */
const FOR_ANSWERS: HelmetOptions = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  },
};

/** The HSTS header, allowed only over TLS (RFC 6797, 7.2). */
const OVER_TLS = 'strict-transport-security';

/**
 * Sets helmet's headers and `Cache-Control: no-store` on every response; handlers may set another. HSTS is sent
 * over TLS only: our own, or that of a trusted proxy by `X-Forwarded-Proto`.
 */
export function securityHeaders(): Pick<Hooks, 'onRequest'> {
  return {
    onRequest({ protocol }, reply, done) {
      const { plain, overTls } = forAnswers;
      void reply.headers(protocol === 'https' ? overTls : plain);
      done();
    },
  };
}

function variants(options: HelmetOptions, others: Record<string, string> = {}) {
  return { plain: { ...headersOf(options), ...others }, overTls: { ...helmetOf(options), ...others } };
}

/** helmet's headers for a response without TLS. */
function headersOf(options: HelmetOptions = FOR_ANSWERS): Record<string, string> {
  const { [OVER_TLS]: _, ...others } = helmetOf(options);
  return others;
}

const forAnswers = variants(FOR_ANSWERS, { 'cache-control': 'no-store' });

/** The default headers of a response outside the pipeline. */
export const answerHeaders = (isOverTls: boolean): Record<string, string> =>
  isOverTls ? forAnswers.overTls : forAnswers.plain;

/** The headers that helmet sets; they are constant, so they are computed once. */
function helmetOf(options: HelmetOptions): Record<string, string> {
  const headers: Record<string, string> = {};
  const response = {
    setHeader: (name: string, value: string) => void (headers[name.toLowerCase()] = value),
    removeHeader: () => {},
  };
  helmet(options)({} as IncomingMessage, response as unknown as ServerResponse, () => {});
  return headers;
}
