import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from '@jest/globals';
import { jsonAt } from './json-at.ts';

let server: Server;
afterEach(() => {
  server.close().closeAllConnections();
});

async function answering(status: number, body: string): Promise<unknown> {
  server = createServer((_request, response) => void response.writeHead(status).end(body));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return jsonAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`);
}

it.each([
  ['as it is', '{"keys":[],"ü":1}'],
  ['after a byte order mark (RFC 8259, section 8.1)', '\uFEFF{"keys":[],"ü":1}'],
])('JSON is read %s', async (_, body) => {
  expect(await answering(200, body)).toEqual({ keys: [], ü: 1 });
});

it.each([
  ['another status', 404, '{}', 'the answer was HTTP 404'],
  ['a redirect', 302, '{}', 'the answer was HTTP 302'],
  ['more than 256 KiB', 200, `"${'x'.repeat(262_144)}"`, 'the answer is larger than 262144 bytes'],
])('an answer with %s is an error', async (_, status, body, message) => {
  await expect(answering(status, body)).rejects.toThrow(message);
});
