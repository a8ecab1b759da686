import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { endless, gzipBombOfAGigabyte, Lying, manyHeaders, type TakenCall, UPSTREAM_SECRET } from './lying.ts';

const GIGABYTE = 1024 ** 3;

/** The correct responses of an upstream, by request, for example `GET /users`. */
export type HttpTruth = Record<string, (request: { url: URL; body: unknown }) => unknown>;

/** A wrong response. `truth` returns the correct one. */
export type HttpLie = (response: ServerResponse, call: TakenCall, truth: () => void) => void;

/** An HTTP upstream on a free port of 127.0.0.1 that returns wrong responses on demand. */
export class LyingHttp extends Lying<HttpLie> {
  private constructor(
    private readonly server: Server,
    private readonly truth: HttpTruth,
  ) {
    super();
  }

  /** @param truth its correct responses, with status 200; 404 for other requests */
  static async open(truth: HttpTruth): Promise<LyingHttp> {
    const server = createServer({ keepAliveTimeout: 60_000 });
    const lying = new LyingHttp(server, truth);
    const take = async (request: IncomingMessage, response: ServerResponse) => {
      const url = new URL(request.url!, 'http://upstream');
      const method = `${request.method} ${url.pathname}`;
      const body = parsed(await text(request).catch(() => ''));
      const { call, lie } = lying.take(method, request.headers, body);
      response.on('close', () => !response.writableFinished && lying.cancelled(call));
      const answer = () => lying.answer(response, method, { url, body });
      if (lie) lie(response, call, answer);
      else answer();
    };
    server.on('request', (request, response) => void take(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return lying;
  }

  /** Its address, `host:port`. */
  get address(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Closes it and all connections. */
  async close(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  private answer(response: ServerResponse, method: string, request: { url: URL; body: unknown }): void {
    const answer = this.truth[method]?.(request);
    send(response, answer === undefined ? 404 : 200, JSON.stringify(answer ?? {}));
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const send = (response: ServerResponse, status: number, body: string | Buffer, headers: object = {}): void =>
  void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);

/** The wrong responses of an HTTP upstream. */
export const httpLies = {
  /** Invalid JSON with the media type of JSON. */
  garbage: (response) =>
    send(response, 200, Buffer.concat([Buffer.from([0, 255, 254, 123, 34]), Buffer.from(UPSTREAM_SECRET)])),
  html: (response) =>
    send(response, 200, `<!doctype html><h1>It works!</h1><!-- ${UPSTREAM_SECRET} -->`, {
      'content-type': 'text/html',
    }),
  wrongSchema: (response) => send(response, 200, JSON.stringify({ users: [{ id: 1, name: [UPSTREAM_SECRET] }] })),
  redirect: (response) => send(response, 302, '', { location: `http://${UPSTREAM_SECRET}.example/` }),
  gigabyte: (response, call) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    Readable.from(endless(GIGABYTE, call)).pipe(response);
  },
  gzipBomb: (response) => send(response, 200, gzipBombOfAGigabyte(), { 'content-encoding': 'gzip' }),
  headers: (response) => send(response, 200, '{}', manyHeaders()),
  never: () => {},
} satisfies Record<string, HttpLie>;

/** Fails with a status. @param retryAfterSeconds the value of `Retry-After`, if any */
export const httpFailure =
  (status: number, retryAfterSeconds?: number): HttpLie =>
  (response) =>
    send(
      response,
      status,
      JSON.stringify({ title: UPSTREAM_SECRET, detail: `at Users.list (/srv/users/${UPSTREAM_SECRET}.js:1:1)` }),
      retryAfterSeconds === undefined ? {} : { 'retry-after': `${retryAfterSeconds}` },
    );

/** The correct response after a delay. */
export const httpSlow =
  (delayMs: number): HttpLie =>
  (_response, _call, truth) =>
    void setTimeout(truth, delayMs).unref();
