import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DEMO_INTERNAL_TOKEN_KEY, InternalTokenSigner } from '#libs/internal-token';
import { aContext } from '#libs/testing';
import { UpstreamClients } from '#libs/upstream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Health } from './health.ts';
import { Readiness } from './readiness.ts';

const paths = new Set<string>();
/** An upstream that is ready, one that is not, and one that never answers, by their ports. */
const servers = [200, 503, undefined].map((status) =>
  createServer(({ url }, response) => {
    paths.add(url!);
    if (status !== undefined) response.writeHead(status).end();
  }),
);
const tokens = new InternalTokenSigner(DEMO_INTERNAL_TOKEN_KEY);
const clients = new UpstreamClients({ tokens });

beforeAll(async () => {
  for (const [index, server] of servers.entries()) {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    clients.rest(['ready', 'starting', 'hanging'][index]!, [`http://127.0.0.1:${port}`]);
  }
  clients.rest('gone', ['http://127.0.0.1:1']);
});
afterAll(async () => {
  await clients.close();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

describe('the health in detail', () => {
  it('has the state of every upstream as it says itself, asked all at once and for a second at most', async () => {
    const startedAt = performance.now();
    const { isReady, upstreams } = await new Health(clients, new Readiness()).inDetail(aContext());
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    expect(isReady).toBe(false);
    expect(upstreams.map(({ name, state }) => [name, state])).toEqual([
      ['ready', 'READY'],
      ['starting', 'NOT_READY'],
      ['hanging', 'UNREACHABLE'],
      ['gone', 'UNREACHABLE'],
    ]);
    expect(upstreams[2]!.durationMs).toBeGreaterThanOrEqual(990);
    for (const { durationMs } of upstreams) expect(Number.isInteger(durationMs)).toBe(true);
  });

  it('goes on where the client of the request that asks has left', async () => {
    const context = aContext();
    context.end('client');
    const { upstreams } = await new Health(clients, new Readiness()).inDetail(context);
    expect(upstreams[0]).toMatchObject({ name: 'ready', state: 'READY' });
  });
});

describe('the gateway', () => {
  it('is ready from when its ports are open until it begins to stop, whatever its upstreams do', async () => {
    const readiness = new Readiness();
    const health = new Health(new UpstreamClients({ tokens }), readiness);
    const isReady = async () => (await health.inDetail(aContext())).isReady;
    expect(await isReady()).toBe(false);
    readiness.opened();
    expect(await isReady()).toBe(true);
    readiness.beforeApplicationShutdown();
    expect(await isReady()).toBe(false);
  });
});
