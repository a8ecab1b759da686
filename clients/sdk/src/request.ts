import type { Client } from './client.ts';
import type { CallOptions, Route } from './operation.ts';

/** A request before authentication. */
export interface Prepared {
  readonly url: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: RequestInit['body'];
}

const ACCEPT = {
  json: 'application/json',
  nothing: 'application/json',
  bytes: '*/*',
  events: 'text/event-stream',
  graphql: 'application/graphql-response+json',
};

/** Makes the request of a call: members of the input go where the route says, the others into the body. */
export function prepare({ options }: Client, route: Route, input: object, call: CallOptions): Prepared {
  const rest: Record<string, unknown> = { ...input };
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = rest[name] as string;
    delete rest[name];
    return encodeURIComponent(value);
  });
  let search = '';
  // Not URLSearchParams: React Native has half of it.
  for (const name of route.query ?? []) {
    const value = rest[name] as string | number | boolean | null | undefined;
    delete rest[name];
    if (value !== undefined && value !== null)
      search += `${search ? '&' : '?'}${name}=${encodeURIComponent(String(value))}`;
  }
  const headers: Record<string, string> = { accept: ACCEPT[route.answer] };
  if (options.app) headers['x-client'] = options.app;
  if (route.keyed) headers['idempotency-key'] = `"${call.idempotencyKey ?? newKey()}"`;
  if (call.ifNoneMatch) headers['if-none-match'] = call.ifNoneMatch;
  if (call.ifMatch) headers['if-match'] = call.ifMatch;
  let body = call.body;
  if (route.body && body === undefined) {
    headers['content-type'] = route.body;
    body = JSON.stringify(rest);
  }
  return {
    url: (options.baseUrl ?? '') + path + search,
    method: route.method,
    headers: call.headers ? { ...headers, ...call.headers } : headers,
    body,
  };
}

/** A key that no other call has. Insecure pages and React Native lack `randomUUID`; keys need not be secret. */
function newKey(): string {
  const { crypto } = globalThis as { crypto?: { randomUUID?: () => string } };
  if (crypto?.randomUUID) return crypto.randomUUID();
  const random = () => Math.random().toString(36).slice(2);
  return `${Date.now().toString(36)}-${random()}${random()}`;
}
