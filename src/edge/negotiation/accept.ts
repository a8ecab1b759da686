import { GatewayError } from '#libs/errors';
import type { Hooks } from '#gateway/edge/stage/stage';
import type { FastifyRequest } from 'fastify';
import { EVENT_STREAM, JSON_TYPE, offer } from '#libs/negotiation';

/** A body with its code and a message around it, for clients that want one shape for all answers. */
export const ENVELOPE = 'application/vnd.envelope+json';

/** What the REST door speaks. */
const OFFERED = [JSON_TYPE, 'application/problem+json', EVENT_STREAM, ENVELOPE] as const;
/** All of it is of the one version there is; others were refused before. */
const preferred = offer(OFFERED, ';charset=utf-8;version=1');
const IS_JSON = /^application\/(problem\+)?json/;

/** The routes that answer with JSON; pages, metrics and GraphQL have types of their own. */
const REST = /^\/(v1|bff)\//;
/** Negotiation takes a time that grows with the header; those of browsers have 300 characters at most. */
const MAX_LENGTH = 1_024;

/**
 * Refuses who takes nothing that we speak (RFC 9110, section 12.5.1), and puts an envelope around the answer for who
 * prefers one: `{ code, message, data }`.
 */
export const negotiation = (): Pick<Hooks, 'onRequest' | 'onSend'> => ({
  onRequest({ url, headers: { accept } }, _reply, done) {
    if (!accept) return done();
    if (accept.length > MAX_LENGTH) return done(tooLong());
    if (!REST.test(url) || preferred(accept)) return done();
    done(new GatewayError('NOT_ACCEPTABLE', { detail: `There is: ${OFFERED.join(', ')}.` }));
  },
  onSend(request, reply, payload, done) {
    const type = String(reply.getHeader('content-type') ?? '');
    if (!wantsEnvelope(request) || typeof payload !== 'string' || !IS_JSON.test(type)) return done(null, payload);
    void reply.header('content-type', `${ENVELOPE}; charset=utf-8`).removeHeader('content-length');
    done(null, enveloped(payload, type.includes('problem')));
  },
});

function wantsEnvelope({ url, headers: { accept } }: FastifyRequest): boolean {
  return accept !== undefined && accept.length <= MAX_LENGTH && REST.test(url) && preferred(accept) === ENVELOPE;
}

function enveloped(body: string, isProblem: boolean): string {
  if (!isProblem) return `{"code":"OK","message":"OK","data":${body || 'null'}}`;
  const { code, title, detail = title } = JSON.parse(body) as { code: string; title: string; detail?: string };
  return `{"code":${JSON.stringify(code)},"message":${JSON.stringify(detail)},"data":${body}}`;
}

function tooLong(): GatewayError {
  const errors = [{ field: 'Accept', message: `May have ${MAX_LENGTH} characters` }];
  return new GatewayError('HEADERS_TOO_LARGE', { detail: 'The Accept header is too long.', errors });
}
