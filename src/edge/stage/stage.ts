import type { Config } from '#gateway/config/config';
import type { Logger } from '#libs/observe';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';

/** Ends a hook: with an error the request is refused. */
export type Done = (error?: Error) => void;
/** The same, with what is sent in place of the payload. */
export type DoneWithPayload = (error?: Error | null, payload?: unknown) => void;

/** What a stage does, by when: the hooks of Fastify (https://fastify.dev/docs/latest/Reference/Lifecycle/). */
export interface Hooks {
  /** A route was added. */
  onRoute(route: RouteOptions): void;
  /** The headers are here, the body is not. */
  onRequest(request: FastifyRequest, reply: FastifyReply, done: Done): void;
  /** The body is about to be read; gives the stream to read it from. */
  preParsing(
    request: FastifyRequest,
    reply: FastifyReply,
    payload: NodeJS.ReadableStream,
    done: DoneWithPayload,
  ): void;
  /** The body was read. */
  preValidation(request: FastifyRequest, reply: FastifyReply, done: Done): void;
  /** The last before guards and the handler. */
  preHandler(request: FastifyRequest, reply: FastifyReply, done: Done): void;
  /** There is an answer; gives what to send in its place. Not called for streams that were hijacked. */
  onSend(request: FastifyRequest, reply: FastifyReply, payload: unknown, done: DoneWithPayload): void;
  /** The answer was sent. */
  onResponse(request: FastifyRequest, reply: FastifyReply, done: Done): void;
  /** The client left before it had its answer. */
  onRequestAbort(request: FastifyRequest, done: Done): void;
  /** The server is about to close; its connections are still open. */
  preClose(done: Done): void;
}

export type HookName = keyof Hooks;

/** What a stage is made of before there is a container of Nest. */
export interface Parts {
  server: FastifyInstance;
  config: Config;
  logger: Logger;
}

interface Described {
  /** As the table of `docs/request-path.md` calls it. */
  name: string;
  /** Where it is, below `src`. */
  file: string;
  /** Why it is there, and why at this place. */
  why: string;
  /** Properties of a request that it sets, and what they are until then. */
  decorates?: Readonly<Record<string, unknown>>;
}

/** A stage whose hooks are made when the server is. */
interface Plain<Name extends HookName = HookName> extends Described {
  on: readonly Name[];
  hooks(parts: Parts): Pick<Hooks, Name>;
}

/** A stage whose hooks are methods of a provider, which Nest makes later. */
interface Provided<Name extends HookName = HookName> extends Described {
  on: readonly Name[];
  // oxlint-disable-next-line typescript/no-explicit-any -- whatever its constructor takes
  provider: abstract new (...given: any[]) => Pick<Hooks, Name>;
}

/** A stage that is a plugin of Fastify, which adds its hooks by itself. */
interface Plugged extends Described {
  on: readonly HookName[];
  plugin(parts: Parts): PromiseLike<unknown> | undefined;
}

/** A step that every request passes. */
export type Stage = Plain | Provided | Plugged;

/** A stage whose hooks are made when the server is. */
export const plain = <Name extends HookName>(stage: Plain<Name>): Stage => stage as unknown as Plain;

/** A stage whose hooks are methods of a provider. */
export const provided = <Name extends HookName>(stage: Provided<Name>): Stage => stage as unknown as Provided;

/** Gives the provider of a class. */
export type Lookup = <Type>(provider: abstract new (...given: never[]) => Type) => Type;

/**
 * Adds the hooks of stages to a server, in their order.
 * @returns give it a lookup once the providers exist, and before the first request
 */
export async function install(stages: readonly Stage[], parts: Parts): Promise<(lookup: Lookup) => void> {
  const { server } = parts;
  const late: ((lookup: Lookup) => void)[] = [];
  for (const stage of stages) {
    for (const [name, initial] of Object.entries(stage.decorates ?? {})) server.decorateRequest(name, initial);
    if ('plugin' in stage) await stage.plugin(parts);
    else if ('hooks' in stage) add(server, stage.on, () => stage.hooks(parts));
    else {
      let instance: Hooks;
      late.push((lookup) => void (instance = lookup(stage.provider) as Hooks));
      add(server, stage.on, () => afterwards(() => instance));
    }
  }
  return (lookup) => late.forEach((bind) => bind(lookup));
}

function add(server: FastifyInstance, names: readonly HookName[], make: () => Partial<Hooks>): void {
  const hooks = make();
  for (const name of names) server.addHook(name as 'onRequest', hooks[name] as Hooks['onRequest']);
}

/** Hooks that pass on to an instance that does not exist yet. Fastify looks at how many parameters they have. */
const afterwards = (of: () => Hooks): Hooks => ({
  onRoute: (route) => of().onRoute(route),
  onRequest: (request, reply, done) => of().onRequest(request, reply, done),
  preParsing: (request, reply, payload, done) => of().preParsing(request, reply, payload, done),
  preValidation: (request, reply, done) => of().preValidation(request, reply, done),
  preHandler: (request, reply, done) => of().preHandler(request, reply, done),
  onSend: (request, reply, payload, done) => of().onSend(request, reply, payload, done),
  onResponse: (request, reply, done) => of().onResponse(request, reply, done),
  onRequestAbort: (request, done) => of().onRequestAbort(request, done),
  preClose: (done) => of().preClose(done),
});
