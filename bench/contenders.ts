import { HIVE_DOCUMENT, startHive } from './hive.ts';
import type { Target } from './measure.ts';
import { startNginx } from './nginx.ts';
import { type AtriumServer, HOME_DOCUMENT, type Server, startAtrium, startProgram } from './servers.ts';

/** Something to measure. */
export interface Contender {
  /** What goals and results call it. */
  key: string;
  /** What people call it. */
  name: string;
  /** Left out of `--quick`. */
  isSlow?: boolean;
  /** Starts its server, where it does not run yet, and says what to ask there; undefined where it is not here. */
  start(servers: Servers): Promise<Target | undefined>;
}

const CONSTANT_BYTES = '2900';
/**
 * So many people ask in turn. With caches off, what one person asks for twice at the same moment would be one call, which
 * would not be fair; with caches on, more people than are remembered would be no warm caches.
 */
const CALLERS = { off: 500, on: 32 };
/** More than are asked for in a round: each is somebody new. */
const MANY_CALLERS = 30_000;

/** All that are measured, one line each. */
export const contenders: readonly Contender[] = [
  { key: 'constant', name: 'node:http, a constant', start: rest('constant.ts') },
  { key: 'nginx', name: 'nginx before the constant', isSlow: true, start: nginx },
  { key: 'bare', name: 'node:http and the three calls', start: rest('bare-http.ts') },
  { key: 'fastify', name: 'Fastify and the three calls', isSlow: true, start: rest('bare-fastify.ts') },
  { key: 'rest.off', name: 'Atrium, REST home, caches off', start: atrium('off', get('/v1/home')) },
  { key: 'mercurius', name: 'Mercurius with JIT', start: graphql('mercurius.ts') },
  { key: 'apollo', name: 'Apollo Server 5 on Fastify', isSlow: true, start: graphql('apollo.ts') },
  { key: 'nest', name: 'Nest 12 with Apollo', isSlow: true, start: graphql('nest.ts') },
  { key: 'hive', name: 'Hive Gateway with JIT', isSlow: true, start: hive },
  { key: 'trusted.off', name: 'Atrium, GraphQL trusted, caches off', start: atrium('off', trusted()) },
  { key: 'open.off', name: 'Atrium, GraphQL open, caches off', start: atrium('off', open()) },
  { key: 'rest.new', name: 'Atrium, REST home, each caller new', isSlow: true, start: newCallers },
  { key: 'rest.warm', name: 'Atrium, REST home, warm', start: atrium('on', get('/v1/home')) },
  { key: 'cookie.warm', name: 'Atrium, REST home, warm, by cookie', isSlow: true, start: byCookie },
  { key: 'trusted.warm', name: 'Atrium, GraphQL trusted, warm', start: atrium('on', trusted()) },
  { key: 'view.warm', name: 'Atrium, trusted as a view, warm', start: atrium('on', get('/v1/views/web/home')) },
  { key: 'open.warm', name: 'Atrium, GraphQL open, warm', start: atrium('on', open()) },
];

/** The servers of a run: each is started once, whoever asks there. */
export class Servers {
  private readonly running = new Map<string, Promise<Server | undefined>>();

  constructor(readonly upstreams: Record<string, string>) {}

  memoized<S extends Server | undefined>(key: string, start: () => Promise<S>): Promise<S> {
    let server = this.running.get(key) as Promise<S> | undefined;
    if (!server) this.running.set(key, (server = start()));
    return server;
  }

  /** The gateway, with its caches `on` or `off`. */
  atrium(caches: 'on' | 'off'): Promise<AtriumServer> {
    return this.memoized(`Atrium, caches ${caches}`, () => startAtrium({ ...this.upstreams, CACHE: caches }));
  }

  /** Every server that runs, by its name. */
  async all(): Promise<[string, Server][]> {
    const found = await Promise.all(
      [...this.running].map(async ([name, server]) => [name, await server] as const),
    );
    return found.filter((one): one is [string, Server] => one[1] !== undefined);
  }

  async stop(): Promise<void> {
    for (const [, server] of await this.all()) await server.stop();
  }
}

/** What a target is asked, whoever asks. */
export type Question = Pick<Target, 'path' | 'method' | 'body'> & { headers?: Record<string, string> };

export function get(path: string): Question {
  return { path };
}

function posted(body: object): Question {
  const headers = { 'content-type': 'application/json' };
  return { path: '/graphql', method: 'POST', body: JSON.stringify(body), headers };
}

function trusted(): Question {
  return posted({ documentId: 'web/home' });
}

/** A document that is nobody's in particular: a trusted one is known by its text, too. */
function open(): Question {
  return posted({ query: HOME_DOCUMENT.replace(/^query \w+/m, 'query Mine') });
}

function target({ pid, url }: Server, { path, method, body, headers }: Question): Target {
  return { pid, url, path, method, body, headers: () => headers ?? {} };
}

function rest(file: string): Contender['start'] {
  return async (servers) => target(await program(servers, file), get('/'));
}

function graphql(file: string): Contender['start'] {
  return async (servers) => target(await program(servers, file), posted({ query: HOME_DOCUMENT }));
}

function program(servers: Servers, file: string): Promise<Server> {
  return servers.memoized(file, () => startProgram(file, { ...servers.upstreams, BYTES: CONSTANT_BYTES }));
}

function atrium(caches: 'on' | 'off', question: Question): Contender['start'] {
  return async (servers) => {
    return asCallers(await servers.atrium(caches), question, CALLERS[caches]);
  };
}

/** So many people ask in turn. */
export function asCallers(server: AtriumServer, question: Question, count: number): Target {
  const headers = Array.from({ length: count }, (_, n) => ({ ...server.bearer(n), ...question.headers }));
  let next = 0;
  return { ...target(server, question), headers: () => headers[next++ % count]! };
}

/** Nobody has asked before: every token is verified, every cache is asked in vain. */
async function newCallers(servers: Servers): Promise<Target> {
  const server = await servers.memoized('Atrium, new callers', () => startAtrium(servers.upstreams));
  return asCallers(server, get('/v1/home'), MANY_CALLERS);
}

async function byCookie(servers: Servers): Promise<Target> {
  const server = await servers.atrium('on');
  const answer = await fetch(`${server.url}/bff/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-csrf': '1' },
    body: JSON.stringify({ email: 'ada@example.com', password: 'any at all, in a bench' }),
  });
  const [cookie] = answer.headers.getSetCookie();
  if (!cookie) throw new Error(`no cookie: ${answer.status} ${await answer.text()}`);
  const headers = { cookie: cookie.split(';', 1)[0]!, 'x-csrf': '1' };
  return target(server, { path: '/v1/home', headers });
}

async function hive(servers: Servers): Promise<Target> {
  const server = await servers.memoized('Hive Gateway', () => startHive(servers.upstreams));
  return target(server, posted({ query: HIVE_DOCUMENT, variables: { id: 'u0' } }));
}

async function nginx(servers: Servers): Promise<Target | undefined> {
  const { url } = await program(servers, 'constant.ts');
  const server = await servers.memoized('nginx', () => startNginx(url));
  return server && target(server, get('/'));
}
