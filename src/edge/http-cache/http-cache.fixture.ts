import { type Served, serve } from '#gateway/edge/listener/server.fixture';
import { cache, Cache, withCache } from '#libs/cache';
import { GatewayError } from '#libs/errors';
import type { Context } from '#libs/upstream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** An upstream of pages, which are public, and of notes, which belong to their caller. */
export class Pages {
  isDown = false;
  private count = 0;

  async page(_: Context, id: string): Promise<object> {
    return this.answer(id);
  }

  async note(_: Context, id: string): Promise<object> {
    return this.answer(id);
  }

  // A property, since a method would be a question of the port.
  private readonly answer = (id: string): object => {
    if (this.isDown) throw new GatewayError('UPSTREAM_UNAVAILABLE');
    return { id, count: (this.count += 1) };
  };
}

/** Runs in a route before it answers, for example to set headers. */
export type Before = (reply: FastifyReply, request: FastifyRequest) => void;

/** Serves the pipeline with a public page that is fresh for 30 s, a note of the caller, and other routes. */
export async function servePages(
  before: Before = () => {},
  environment: Record<string, string> = {},
  others: (server: FastifyInstance) => void = () => {},
) {
  const pages = new Pages();
  const times = { ttl: 30, staleWhileRevalidate: 60, staleIfError: 3600 };
  const cached = withCache(
    'pages',
    pages,
    {
      page: cache({ ...times, scope: 'public', tags: (_, id: string) => ['pages', `page:${id}`] }),
      note: cache({ ...times, scope: 'caller', tags: () => [] }),
    },
    new Cache(1_000_000, () => 0),
  );
  const served: Served = await serve((server) => {
    others(server);
    server.route<{ Params: { id: string } }>({
      method: ['GET', 'POST'],
      url: '/pages/:id',
      handler: async (request, reply) => {
        before(reply, request);
        return cached.page(request.context, request.params.id);
      },
    });
    server.get<{ Params: { id: string } }>('/notes/:id', async (request, reply) => {
      before(reply, request);
      request.context.caller = { id: 'u1', scopes: [] };
      return cached.note(request.context, request.params.id);
    });
  }, environment);
  /** The status, headers and content of a response, as received. */
  const wire = async (method: string, path: string, headers: Record<string, string> = {}) => {
    const lines = Object.entries({ host: 'a', connection: 'close', ...headers }).map(
      ([name, value]) => `${name}: ${value}`,
    );
    const answer = await served.raw(`${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    const [head, ...content] = answer.split('\r\n\r\n');
    const [status, ...fields] = head!.split('\r\n');
    const named = fields.map((field) => field.split(': ') as [string, string]);
    return {
      status: Number(status!.split(' ')[1]),
      headers: Object.fromEntries(named.map(([name, value]) => [name.toLowerCase(), value])),
      content: content.join('\r\n\r\n'),
    };
  };
  return { pages, served, wire };
}
