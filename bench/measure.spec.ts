import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from '@jest/globals';
import { measure } from './measure.ts';

let server: Server;
afterEach(async () => {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
});

/** A target that refuses its first requests. */
async function refusing(count: number) {
  let refused = 0;
  server = createServer((_, response) => {
    if (refused++ < count) response.writeHead(503).end('{}');
    else response.end('answer');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { pid: process.pid, url: `http://127.0.0.1:${port}`, path: '/' };
}

it('a target that refuses a few requests is measured', async () => {
  const figures = await measure(await refusing(3), 100);
  expect(figures).toMatchObject({ bytes: 'answer'.length, failed: 0 });
  expect(figures.requestsPerSecond).toBeGreaterThan(0);
});

it('a target that refuses every request is not', async () => {
  await expect(measure(await refusing(Infinity), 100)).rejects.toThrow('/ was answered 503');
});
