import type { Config } from '#gateway/config/config';
import type { Logger } from '#libs/observe';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';

/** Ends a hook; an error refuses the request. */
export type Done = (error?: Error) => void;
/** Ends a hook, with the payload to use from then on. */
export type DoneWithPayload = (error?: Error | null, payload?: unknown) => void;

/** The hooks of a stage, which are those of Fastify (https://fastify.dev/docs/latest/Reference/Lifecycle/). */
export interface Hooks {
  /** A route was added. */
  onRoute(route: RouteOptions): void;
  /** The headers were parsed; the body was not. */
  onRequest(request: FastifyRequest, reply: FastifyReply, done: Done): void;
  /** The body is about to be read; `done` receives the stream to read it from. */
  preParsing(
    request: FastifyRequest,
    reply: FastifyReply,
    payload: NodeJS.ReadableStream,
    done: DoneWithPayload,
  ): void;
  /** The body was read. */
  preValidation(request: FastifyRequest, reply: FastifyReply, done: Done): void;
  /** The last hook before guards and the handler. */
  preHandler(request: FastifyRequest, reply: FastifyReply, done: Done): void;
  /** The response is about to be sent; `done` receives its payload. Not called for hijacked streams. */
  onSend(request: FastifyRequest, reply: FastifyReply, payload: unknown, done: DoneWithPayload): void;
  /** The response was sent. */
  onResponse(request: FastifyRequest, reply: FastifyReply, done: Done): void;
  /** The client disconnected before the end of the response. */
  onRequestAbort(request: FastifyRequest, done: Done): void;
  /** The server is about to close; its connections are still open. */
  preClose(done: Done): void;
}

/** The name of a hook of a stage. */
export type HookName = keyof Hooks;

/** The parts that exist before Nest's container, from which stages are made. */
export interface Parts {
  server: FastifyInstance;
  config: Config;
  logger: Logger;
}

interface Described {
  /** The name in the table of `docs/request-path.md`. */
  name: string;
  /** The path of its file below `src`. */
  file: string;
  /** What it does, and why it has this position. */
  why: string;
  /** The request properties that it sets, with their initial values. */
  decorates?: Readonly<Record<string, unknown>>;
}

/** A stage whose hooks are made when the server is. */
interface PlainStage<Name extends HookName = HookName> extends Described {
  on: readonly Name[];
  hooks(parts: Parts): Pick<Hooks, Name>;
}

/** A stage whose hooks are methods of a provider, which Nest creates later. */
interface Provided<Name extends HookName = HookName> extends Described {
  on: readonly Name[];
  // oxlint-disable-next-line typescript/no-explicit-any -- whatever its constructor takes
  provider: abstract new (...given: any[]) => Pick<Hooks, Name>;
}

/** A stage that is a Fastify plugin, which adds its own hooks. */
interface Plugged extends Described {
  on: readonly HookName[];
  plugin(parts: Parts): PromiseLike<unknown> | undefined;
}

/** A stage of the pipeline, which every request passes. */
export type Stage = PlainStage | Provided | Plugged;

/** A stage whose hooks are made when the server is. */
export const plain = <Name extends HookName>(stage: PlainStage<Name>): Stage => stage as unknown as PlainStage;

/** A stage whose hooks are methods of a provider. */
export const provided = <Name extends HookName>(stage: Provided<Name>): Stage => stage as unknown as Provided;

/** Returns the provider of a class. */
export type Lookup = <Type>(provider: abstract new (...given: never[]) => Type) => Type;

/**
 * Adds the hooks of stages to a server, in their order.
 * @returns a function that binds the providers; call it once they exist, before the first request
 */
export async function install(stages: readonly Stage[], parts: Parts): Promise<(lookup: Lookup) => void> {
  const { server } = parts;
  const late: ((lookup: Lookup) => void)[] = [];
  for (const stage of stages) {
    for (const [name, initial] of Object.entries(stage.decorates ?? {})) server.decorateRequest(name, initial);
    if ('plugin' in stage) await stage.plugin(parts);
    else if ('hooks' in stage) add(server, stage, stage.hooks(parts));
    else {
      let instance: Hooks;
      late.push((lookup) => void (instance = lookup(stage.provider) as Hooks));
      add(
        server,
        stage,
        afterwards(() => instance),
      );
    }
  }
  return (lookup) => late.forEach((bind) => bind(lookup));
}

/**
 * Adds hooks that profiles and stacks show by the name of their stage. Fastify binds each hook to the server, anew for each
 * route; none of ours uses `this`, so that all routes can have the same one.
 */
function add(server: FastifyInstance, { name, on }: Stage, hooks: Partial<Hooks>): void {
  for (const event of on) {
    const hook = hooks[event] as Hooks['onRequest'];
    Object.defineProperties(hook, {
      name: { value: `${name}: ${event}` },
      bind: { value: () => hook, configurable: true },
    });
    server.addHook(event as 'onRequest', hook);
  }
}

/** Hooks that delegate to an instance created later. Fastify checks their number of parameters. */
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
