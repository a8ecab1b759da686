import { GatewayError } from '#libs/errors';
import type { Hooks } from '#gateway/edge/stage';
import type { FastifyRequest } from 'fastify';

/** A body with its code and a message around it, for clients that want one shape for all answers. */
export const ENVELOPE = 'application/vnd.envelope+json';

/** What the REST door speaks. */
const OFFERED = ['application/json', 'application/problem+json', 'text/event-stream', ENVELOPE];
const JSON_TYPE = /^application\/(problem\+)?json/;

/** The routes that answer with JSON; pages, metrics and GraphQL have types of their own. */
const REST = /^\/(v1|bff)\//;

/**
 * Refuses who takes nothing that we speak (RFC 9110, section 12.5.1), and puts an envelope around the answer for who
 * asks for one: `{ code, message, data }`.
 */
export const negotiation = (): Pick<Hooks, 'onRequest' | 'onSend'> => ({
  onRequest({ url, headers: { accept } }, _reply, done) {
    if (!accept || !REST.test(url) || ranges(accept).some(isOffered)) return done();
    done(new GatewayError('NOT_ACCEPTABLE', { detail: `There is: ${OFFERED.join(', ')}.` }));
  },
  onSend(request, reply, payload, done) {
    const type = String(reply.getHeader('content-type') ?? '');
    if (!wantsEnvelope(request) || typeof payload !== 'string' || !JSON_TYPE.test(type))
      return done(null, payload);
    void reply.header('content-type', `${ENVELOPE}; charset=utf-8`).removeHeader('content-length');
    done(null, enveloped(payload, type.includes('problem')));
  },
});

function wantsEnvelope({ url, headers: { accept } }: FastifyRequest): boolean {
  return accept !== undefined && accept.includes(ENVELOPE) && REST.test(url);
}

function enveloped(body: string, isProblem: boolean): string {
  if (!isProblem) return `{"code":"OK","message":"OK","data":${body || 'null'}}`;
  const { code, title, detail = title } = JSON.parse(body) as { code: string; title: string; detail?: string };
  return `{"code":${JSON.stringify(code)},"message":${JSON.stringify(detail)},"data":${body}}`;
}

/** The media ranges of an `Accept` header that are not ruled out by `q=0`. */
function ranges(accept: string): string[] {
  return accept.split(',').flatMap((one) => {
    const [range = '', ...parameters] = one.split(';').map((part) => part.trim().toLowerCase());
    return parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter)) ? [] : [range];
  });
}

function isOffered(range: string): boolean {
  if (range === '*/*' || range === '') return true;
  const [type, subtype] = range.split('/');
  return OFFERED.some((offered) => offered === range || (subtype === '*' && offered.startsWith(`${type}/`)));
}
