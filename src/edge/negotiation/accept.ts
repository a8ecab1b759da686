import { declaredMediaTypes } from '#gateway/declare/media-types';
import { GatewayError } from '#libs/errors';
import type { Hooks } from '#gateway/edge/stage/stage';
import type { FastifyRequest } from 'fastify';
import { EVENT_STREAM, JSON_TYPE, offer } from '#libs/negotiation';

/**
 * The media type of the envelope: a body with a code and a message around it, for clients that need one shape for
 * all answers.
 */
export const ENVELOPE = 'application/vnd.envelope+json';

/** The media types of REST responses, where a route does not declare others. */
const OFFERED = [JSON_TYPE, 'application/problem+json', EVENT_STREAM, ENVELOPE] as const;
/** Other versions were refused by an earlier stage. */
const PARAMETERS = ';version=1';
const preferred = offer(OFFERED, PARAMETERS);
/** The negotiation of routes that declare their media types. */
const declared = new Map<readonly string[], (accept: string | undefined) => string | undefined>();
const IS_JSON = /^application\/(problem\+)?json/;

/**
 * The paths with JSON responses, also those without a route, whose 404 has the envelope too. Pages, metrics and GraphQL
 * have types of their own.
 */
const REST = /^\/(v1|bff)\//;
/**
 * The maximum length of `Accept`, in characters, since negotiation takes longer for longer headers. Browsers send
 * up to 300.
 */
const MAX_LENGTH = 1_024;

/**
 * Answers 406 if no offered type is acceptable (RFC 9110, section 12.5.1), and wraps the response as `{ code,
 * message, data }` for clients that prefer the envelope.
 */
export const negotiation = (): Pick<Hooks, 'onRequest' | 'onSend'> => ({
  onRequest(request, _reply, done) {
    const { accept } = request.headers;
    // The answer to OPTIONS has no content.
    if (!accept || request.method === 'OPTIONS') return done();
    if (accept.length > MAX_LENGTH) return done(tooLong());
    const types = declaredMediaTypes(request);
    if (types === 'any' || !REST.test(request.url) || (types ? preferredOf(types) : preferred)(accept))
      return done();
    const available = (types ?? OFFERED).join(', ');
    done(new GatewayError('NOT_ACCEPTABLE', { detail: `Available: ${available}.` }));
  },
  onSend(request, reply, payload, done) {
    const type = String(reply.getHeader('content-type') ?? '');
    if (!wantsEnvelope(request) || typeof payload !== 'string' || !IS_JSON.test(type)) return done(null, payload);
    void reply.header('content-type', `${ENVELOPE}; charset=utf-8`).removeHeader('content-length');
    done(null, enveloped(payload, type.includes('problem')));
  },
});

function preferredOf(types: readonly [string, ...string[]]): (accept: string | undefined) => string | undefined {
  let negotiate = declared.get(types);
  if (!negotiate) declared.set(types, (negotiate = offer(types, PARAMETERS)));
  return negotiate;
}

function wantsEnvelope({ url, headers: { accept } }: FastifyRequest): boolean {
  return accept !== undefined && accept.length <= MAX_LENGTH && REST.test(url) && preferred(accept) === ENVELOPE;
}

function enveloped(body: string, isProblem: boolean): string {
  if (!isProblem) return `{"code":"OK","message":"OK","data":${body || 'null'}}`;
  const { code, title, detail = title } = JSON.parse(body) as { code: string; title: string; detail?: string };
  return `{"code":${JSON.stringify(code)},"message":${JSON.stringify(detail)},"data":${body}}`;
}

function tooLong(): GatewayError {
  const errors = [{ field: 'Accept', message: `Must have at most ${MAX_LENGTH} characters` }];
  return new GatewayError('HEADERS_TOO_LARGE', { detail: 'The Accept header is too long.', errors });
}
