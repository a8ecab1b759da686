import { becomeError } from '#gateway/edge/errors/answer-error';
import { asGatewayError } from '#gateway/edge/errors/as-gateway-error';
import { offer } from '#libs/negotiation';
import type { GatewayError } from '#libs/errors';
import { inRequest } from '#libs/observe';
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PinoLogger } from 'nestjs-pino';

const HTML = 'text/html';
const JSON_TYPE = 'application/json';
const preferred = offer([JSON_TYPE, HTML]);

/** Whether a person in a browser waits for the answer, and no program: what names `text/html` before JSON. */
export const isPerson = ({ headers: { accept } }: FastifyRequest): boolean =>
  !!accept?.includes(HTML) && preferred(accept) === HTML;

/**
 * Sends a browser on. Where it was sent here by another site, a page does so: the browser sends a `Strict` cookie that was set
 * here with what that page asks for, and not with what follows a redirect (RFC 6265bis, section 5.2).
 */
export function sendOn(request: FastifyRequest, reply: FastifyReply, location: string): string | undefined {
  const site = request.headers['sec-fetch-site'];
  void reply.header('cache-control', 'no-store');
  if (site === undefined || site === 'same-origin' || site === 'none') {
    void reply.status(303).header('location', location);
    return undefined;
  }
  const to = escaped(location);
  void reply.status(200).type('text/html; charset=utf-8');
  return page('Logged in', `<a href="${to}">Go on</a>`, `<meta http-equiv="refresh" content="0;url=${to}">`);
}

/** Adds `error` to the query of a path here, or of a URL. */
export function withError(returnTo: string, error: string): string {
  const url = new URL(returnTo, 'http://here.invalid');
  url.searchParams.set('error', error);
  return returnTo.startsWith('/') ? url.pathname + url.search + url.hash : url.href;
}

/** Answers a person whose navigation failed with a page: browsers replace problem details, or offer them as a file. */
@Catch()
export class NavigationErrors implements ExceptionFilter {
  constructor(private readonly logger: PinoLogger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const error = asGatewayError(thrown);
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    inRequest(request.context.log, () => {
      if (error.code === 'INTERNAL') this.logger.error({ err: thrown }, 'internal error');
      const problem = becomeError(error, request, reply);
      if (!isPerson(request)) return void reply.send(problem);
      void reply.type('text/html; charset=utf-8').send(errorPage(error, request.id));
    });
  }
}

function errorPage({ title, detail }: GatewayError, requestId: string): string {
  const body = `<p>${escaped(detail ?? '')}</p><p><a href="/bff/login">Log in</a></p><p>${escaped(requestId)}</p>`;
  return page(title, body);
}

const page = (title: string, body: string, head = ''): string =>
  `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">${head}
<title>${escaped(title)}</title><h1>${escaped(title)}</h1>${body}</html>
`;

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character]!);
