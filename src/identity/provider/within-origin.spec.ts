import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { withinOrigin } from './within-origin.ts';

const seen: string[] = [];
let locations: Record<string, string> = {};
const server = createServer(({ url }, response) => {
  seen.push(url!);
  const location = locations[url!];
  if (location === undefined) response.end('{}');
  else response.writeHead(301, { location }).end('Moved');
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;
afterAll(() => {
  server.close();
  server.closeAllConnections();
});
beforeEach(() => void seen.splice(0));

const send = () => withinOrigin(fetch)(`http://127.0.0.1:${port}/a`, { redirect: 'manual' });

describe('a request for a document whose URL is derived', () => {
  it('follows a redirect to another path of the origin', async () => {
    locations = { '/a': '/a/', '/a/': `http://127.0.0.1:${port}/b` };
    expect((await send()).status).toBe(200);
    expect(seen).toEqual(['/a', '/a/', '/b']);
  });

  it.each([
    ['another origin', () => `http://localhost:${port}/b`],
    ['no URL', () => 'http://'],
  ])('does not follow a redirect to %s', async (_, location) => {
    locations = { '/a': location() };
    expect((await send()).status).toBe(301);
    expect(seen).toEqual(['/a']);
  });

  it('ends where a site redirects for ever', async () => {
    locations = { '/a': '/a' };
    expect((await send()).status).toBe(301);
    expect(seen).toHaveLength(4);
  });
});
