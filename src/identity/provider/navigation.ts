import type { GatewayError } from '#libs/errors';
import { prefersHtml } from '#libs/negotiation';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Whether a person in a browser waits for the answer, and no program. */
export const isPerson = ({ headers }: FastifyRequest): boolean => prefersHtml(headers.accept);

/**
 * Sends a browser on. Where it was sent here by another site, a page does so: the browser sends a `Strict` cookie that was set
 * here with what that page asks for, and not with what follows a redirect (RFC 6265bis, section 5.2).
 */
export function sendOn(request: FastifyRequest, reply: FastifyReply, location: string): string | undefined {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return navigatingPage(reply, location);
  void reply.status(303).headers({ 'cache-control': 'no-store', location });
  return undefined;
}

/** A page that goes to an address at once, and has a link to it. Sets the headers. @returns its text */
export function navigatingPage(reply: FastifyReply, location: string): string {
  const to = escaped(location);
  void reply.status(200).type('text/html; charset=utf-8').headers({
    'cache-control': 'no-store',
    // Whoever asks where a visitor comes from must not take this page for another site behind a proxy that changes the host.
    'referrer-policy': 'no-referrer',
  });
  return page('One moment', `<a href="${to}">Go on</a>`, `<meta http-equiv="refresh" content="0;url=${to}">`);
}

/** Adds `error` to the query of a path here, or of a URL. The rest stays as it is: a normalised path could name a host. */
export function withError(returnTo: string, error: string): string {
  const [, target, query, fragment] = /^([^?#]*)\??([^#]*)(.*)$/.exec(returnTo)!;
  const params = new URLSearchParams(query);
  params.set('error', error);
  return `${target}?${params}${fragment}`;
}

/** The page for a person whose navigation to a login failed. */
export function errorPage({ title, detail }: GatewayError, requestId: string): string {
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
