// node:http and the three calls: what the work costs at least.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { home, announce } from './shop.ts';

const server = createServer((_, response) => void answer(response));
server.listen(0, '127.0.0.1', () => announce((server.address() as AddressInfo).port));

async function answer(response: ServerResponse): Promise<void> {
  const body = JSON.stringify(await home('u0'));
  response
    .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
    .end(body);
}
