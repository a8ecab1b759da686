import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';

/** An answer, as it came on the wire. */
export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  json<T = Record<string, unknown>>(): T;
}

/** What a request is besides a GET of its path. */
export interface Visit {
  method?: string;
  headers?: Record<string, string>;
  /** JSON, or text as it is. */
  body?: object | string;
  /** The address that the client comes from: any of 127.0.0.0/8. */
  from?: string;
}

/** One request on a connection of its own. Unlike fetch, it adds no header that a proxy could go by. */
export async function visit(
  url: string,
  { method = 'GET', headers = {}, body, from }: Visit = {},
): Promise<Answer> {
  const pending = request(url, {
    method,
    agent: false,
    localAddress: from,
    headers: typeof body === 'object' ? { 'content-type': 'application/json', ...headers } : headers,
  });
  // Where a proxy breaks its answer off, or goes on after its end, reading the answer fails.
  pending.on('response', (answer) => pending.on('error', (error) => answer.destroy(error)));
  pending.end(typeof body === 'object' ? JSON.stringify(body) : body);
  const [answer] = (await once(pending, 'response')) as [IncomingMessage];
  const text = (await answer.setEncoding('utf8').toArray()).join('');
  return { status: answer.statusCode!, headers: answer.headers, text, json: () => JSON.parse(text) };
}

/** The head of an answer; the rest is not awaited. */
export async function begun(
  url: string,
  headers: Record<string, string>,
): Promise<Pick<Answer, 'status' | 'headers'>> {
  const pending = request(url, { agent: false, headers });
  pending.end();
  const [answer] = (await once(pending, 'response')) as [IncomingMessage];
  answer.on('error', () => {}).destroy();
  return { status: answer.statusCode!, headers: answer.headers };
}
