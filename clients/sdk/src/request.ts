import type { Client } from './client.ts';
import type { CallOptions, Route } from './operation.ts';

/** A request before authentication. */
export interface Prepared {
  readonly url: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: RequestInit['body'];
}

const PARAMETER = /\{(\w+)\}/g;
const ACCEPT = {
  json: 'application/json',
  nothing: 'application/json',
  bytes: '*/*',
  events: 'text/event-stream',
  graphql: 'application/graphql-response+json',
};

/** Makes the request of a call: members of the input go where the route says, the others into the body. */
export function prepare({ options }: Client, route: Route, input: object, call: CallOptions): Prepared {
  const { query, body: mediaType } = route;
  // A member that has gone elsewhere is no part of the body; where there is none, nothing has to be copied.
  const rest = (mediaType ? { ...input } : input) as Record<string, unknown>;
  let url = (options.baseUrl ?? '') + route.path;
  if (route.path.includes('{'))
    url = url.replace(PARAMETER, (_, name: string) => encodeURIComponent(take(rest, name, mediaType)));
  // Not URLSearchParams: React Native has half of it.
  if (query) {
    let separator = '?';
    for (const name of query) {
      if (rest[name] === undefined || rest[name] === null) continue;
      url += `${separator}${name}=${encodeURIComponent(take(rest, name, mediaType))}`;
      separator = '&';
    }
  }
  const headers: Record<string, string> = { accept: ACCEPT[route.answer] };
  if (options.app) headers['x-client'] = options.app;
  if (route.keyed) headers['idempotency-key'] = `"${call.idempotencyKey ?? newKey()}"`;
  if (call.ifNoneMatch) headers['if-none-match'] = call.ifNoneMatch;
  if (call.ifMatch) headers['if-match'] = call.ifMatch;
  let { body } = call;
  if (mediaType && body === undefined) {
    headers['content-type'] = mediaType;
    body = JSON.stringify(rest);
  }
  if (call.headers) Object.assign(headers, call.headers);
  return { url, method: route.method, headers, body };
}

function take(rest: Record<string, unknown>, name: string, mediaType: string | undefined): string {
  const value = rest[name] as string;
  if (mediaType) delete rest[name];
  return value;
}

/** A key that no other call has. Insecure pages and React Native lack `randomUUID`; keys need not be secret. */
function newKey(): string {
  const { crypto } = globalThis as { crypto?: { randomUUID?: () => string } };
  if (crypto?.randomUUID) return crypto.randomUUID();
  const random = () => Math.random().toString(36).slice(2);
  return `${Date.now().toString(36)}-${random()}${random()}`;
}
