import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach } from '@jest/globals';
import { RestClient } from './rest-client.ts';
import { clientOptions } from './policies/upstream.fixture.ts';

/** A request as it arrived at the upstream. */
export interface ReceivedRequest {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

/** What an upstream does with a request. */
export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** Answers with a JSON body. */
export const json =
  (body: unknown, status = 200): Answer =>
  (response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

/** Starts HTTP upstreams with a client each, and ends them after each test. */
export function httpUpstreams() {
  const cleanups: Array<() => Promise<unknown> | void> = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  const clientOf = (url: string): RestClient => {
    const client = new RestClient([url], clientOptions('users'));
    cleanups.push(() => client.close());
    return client;
  };

  const upstream = async (answer: Answer, socketPath?: string) => {
    const received: ReceivedRequest[] = [];
    const serve = async (request: IncomingMessage, response: ServerResponse) => {
      const { method, url, headers } = request;
      received.push({ method: method!, url: url!, headers, body: await text(request) });
      answer(response, request);
    };
    const server = createServer((request, response) => void serve(request, response));
    cleanups.push(() => stop(server));
    const url = await listen(server, socketPath);
    return { url, received, client: clientOf(url) };
  };

  return { upstream, clientOf };
}

async function listen(server: Server, socketPath?: string): Promise<string> {
  if (socketPath) server.listen(socketPath);
  else server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  if (socketPath) return `unix:${socketPath}`;
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function stop(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}
