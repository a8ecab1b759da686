// For tests of front ends: `@atrium/client/mock`.
import { createClient, type Client, type ClientOptions } from './client.ts';
import type { CallOptions, Route } from './operation.ts';
import type { Result } from './result.ts';
import type { PersistedDocument } from './trusted.ts';

/** A refusal that a handler answers with. */
export interface Refusal<Code extends string> {
  readonly refused: Code;
  readonly status: number;
  readonly members: object;
}

/** Refuses a call as the gateway does. @param members of the problem document, for example `errors` or `detail` */
export const refuse = <const Code extends string>(
  status: number,
  code: Code,
  members: object = {},
): Refusal<Code> => ({ refused: code, status, members });

/** A call that a mock has answered. */
export interface MockCall {
  readonly route: Route;
  /** Parameters and the members of the body. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly headers: Headers;
}

type Called<Input, Data, Code extends string> = {
  (client: Client, input: Input, options?: CallOptions): Promise<Result<Data, Code>>;
  readonly route: Route;
};
type Streamed<Input, Event> = {
  (client: Client, input: Input): AsyncGenerator<Event, void>;
  readonly route: Route;
};
type Handler<Input, Answer> = (input: Input, call: MockCall) => Answer | Promise<Answer>;

/** A gateway without a network: operations answer what the handlers of a test return, by the types of the client. */
export interface Mock {
  readonly client: Client;
  /** The calls so far, in their order. */
  readonly calls: readonly MockCall[];
  /** Answers the calls of an operation, instead of an earlier handler. */
  on<Input, Data, Code extends string>(
    operation: Called<Input, Data, Code>,
    handler: Handler<NonNullable<Input>, NoInfer<Data> | Refusal<NoInfer<Code>>>,
  ): void;
  /** Answers a stream with events; it ends with `complete`. */
  onStream<Input, Event, const Given extends readonly Event[]>(
    operation: Streamed<Input, Event>,
    handler: Handler<NonNullable<Input>, Given>,
  ): void;
}

type AnyHandler = (input: never, call: MockCall) => unknown;
type Known = { route: Route; document?: PersistedDocument };

/** Makes a mock. Its client runs the same code as any other: retries, results and streams behave alike. */
export function createMock(options: Omit<ClientOptions, 'fetch' | 'baseUrl'> = {}): Mock {
  const calls: MockCall[] = [];
  const handlers = new Map<string, { known: Known; handler: AnyHandler }>();
  const add = (known: Known, handler: AnyHandler) => void handlers.set(keyOf(known), { known, handler });
  const answer = async (url: string, init: RequestInit = {}): Promise<Response> => {
    const { pathname, searchParams } = new URL(url, 'http://mock');
    const given = typeof init.body === 'string' ? (JSON.parse(init.body) as Record<string, unknown>) : {};
    for (const { known, handler } of handlers.values()) {
      const found = match(known, init.method ?? 'GET', pathname, {
        ...Object.fromEntries(searchParams),
        ...given,
      });
      if (!found) continue;
      const call = { route: known.route, input: found, headers: new Headers(init.headers) };
      calls.push(call);
      return responseOf(known, await handler(found as never, call));
    }
    return problem({
      status: 501,
      refused: 'UNEXPECTED',
      members: { detail: `The mock has no answer for ${pathname}` },
    });
  };
  return {
    calls,
    on: add as Mock['on'],
    onStream: add as Mock['onStream'],
    client: createClient({ retries: 0, ...options, baseUrl: 'http://mock', fetch: answer as typeof fetch }),
  };
}

const keyOf = ({ route, document }: Known) => document?.id ?? `${route.method} ${route.path}`;

/** The input of a call of this operation; undefined for one of another. */
function match({ route, document }: Known, method: string, path: string, given: Record<string, unknown>) {
  if (method !== route.method) return undefined;
  if (document) {
    if (given['documentId'] !== `sha256:${document.sha256}`) return undefined;
    const { variables } = given;
    return (typeof variables === 'string' ? JSON.parse(variables) : variables) as Record<string, unknown>;
  }
  const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  const values = new RegExp(`^${route.path.replace(/\{\w+\}/g, '([^/]+)')}$`).exec(path);
  if (!values) return undefined;
  return { ...given, ...Object.fromEntries(names.map((name, at) => [name, decodeURIComponent(values[at + 1]!)])) };
}

function responseOf({ route, document }: Known, answer: unknown): Response {
  if (typeof answer === 'object' && answer && 'refused' in answer)
    return problem(answer as Refusal<string>, route);
  if (answer instanceof Response) return answer;
  if (answer === undefined) return new Response(null, { status: 204 });
  if (route.answer !== 'events')
    return json(200, 'application/json', route.answer === 'graphql' ? { data: answer } : answer);
  const events = answer as MockedEvent[];
  const isSubscription = document !== undefined;
  const last = isSubscription
    ? 'event: complete\ndata:\n\n'
    : route.once
      ? 'data: [DONE]\n\n'
      : 'event: end\ndata: {"reason":"complete"}\n\n';
  const text = events.map((one) => {
    const { id, event, data } = isSubscription ? sent(one) : one;
    return `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
  });
  return new Response(text.join('') + last, { headers: { 'content-type': 'text/event-stream' } });
}

interface MockedEvent {
  id?: string;
  event: string;
  data: unknown;
  degraded?: readonly object[];
}

/** An event of a subscription as the gateway sends it. */
function sent({ event, data, degraded = [] }: MockedEvent): MockedEvent {
  if (event === 'next') return { event, data: { data, extensions: { degraded } } };
  if (event !== 'failed') return { event, data };
  const { message, ...extensions } = data as { message: string };
  return { event: 'next', data: { errors: [{ message, extensions }], data: null } };
}

function problem({ status, refused, members }: Refusal<string>, route?: Route): Response {
  const about = { title: refused, instance: route?.path ?? '/', requestId: 'mock' };
  const body = { type: `urn:atrium:error:${refused}`, code: refused, status, ...about, ...members };
  if (route?.answer !== 'graphql') return json(status, 'application/problem+json', body);
  const errors = [{ message: refused, extensions: body }];
  return json(status, 'application/graphql-response+json', { errors });
}

const json = (status: number, type: string, body: unknown): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': type } });
