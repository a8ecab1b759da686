import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Pool } from 'undici';
import { dnsForTests } from '#libs/testing';
import { rotatingLookup } from './rotating-lookup.ts';

const its = dnsForTests();
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  jest.restoreAllMocks();
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** An HTTP server that answers with its own address. */
async function serve(host: string, port = 0): Promise<number> {
  const answer: RequestListener = ({ socket }, response) => response.end(socket.localAddress);
  const server = createServer(answer).listen(port, host);
  await once(server, 'listening');
  cleanups.push(() => (server.closeAllConnections(), server.close()));
  return (server.address() as AddressInfo).port;
}

function poolFor(name: string, port: number, lookup = rotatingLookup()): Pool {
  const pool = new Pool(`http://${name}:${port}`, { connections: 60, pipelining: 1, connect: { lookup } });
  cleanups.push(() => pool.destroy());
  return pool;
}

/** The servers that received concurrent calls. */
async function reached(pool: Pool, calls: number): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  const one = async () => {
    const { body } = await pool.request({ method: 'GET', path: '/' });
    const address = await body.text();
    counts[address] = (counts[address] ?? 0) + 1;
  };
  await Promise.all(Array.from({ length: calls }, one));
  return counts;
}

describe('a look-up for connections', () => {
  it('distributes connections over all addresses of a name', async () => {
    const port = await serve('127.0.0.1');
    for (const host of ['127.0.0.2', '127.0.0.3']) await serve(host, port);
    its.server.set(
      'users.test',
      ['127.0.0.1', '127.0.0.2', '127.0.0.3'].map((address) => ({ address, ttl: 60 })),
    );
    const counts = await reached(poolFor('users.test', port), 60);
    expect(counts).toEqual({ '127.0.0.1': 20, '127.0.0.2': 20, '127.0.0.3': 20 });
  });

  it('makes each connection try the next address if one refuses, of either family', async () => {
    const port = await serve('127.0.0.2');
    its.server.set(
      'partly.test',
      ['127.0.0.3', '127.0.0.2', 'fd00::2'].map((address) => ({ address, ttl: 60 })),
    );
    expect(await reached(poolFor('partly.test', port), 12)).toEqual({ '127.0.0.2': 12 });
  });

  it('reaches localhost, though the server listens on one address family only', async () => {
    const port = await serve('127.0.0.1');
    expect(await reached(poolFor('localhost', port), 4)).toEqual({ '127.0.0.1': 4 });
  });

  it('queries again when the TTL expires, and keeps the last known addresses while DNS does not answer', async () => {
    const port = await serve('127.0.0.1');
    await serve('127.0.0.2', port);
    const answers = [['127.0.0.1'], undefined, ['127.0.0.2']];
    const requested = { times: 0 };
    const lookup = rotatingLookup(async (host) => {
      const ips = answers[requested.times];
      requested.times += 1;
      if (!ips) throw new Error(`queryA ESERVFAIL ${host}`);
      return { ips, ttlMs: 0 };
    });
    const seen: [number, string[]][] = [];
    while (requested.times < 3) {
      const counts = await reached(poolFor('users.test', port, lookup), 1);
      seen.push([requested.times, Object.keys(counts)]);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const expected = seen.map(([times]) => [times, [times < 3 ? '127.0.0.1' : '127.0.0.2']]);
    expect(seen).toEqual(expected);
  });

  it('uses known addresses while DNS is silent', async () => {
    let isSilent = false;
    const lookup = rotatingLookup(() =>
      isSilent ? new Promise(() => {}) : Promise.resolve({ ips: ['127.0.0.1'], ttlMs: 0 }),
    );
    const look = () => new Promise((resolve) => lookup('silent', {}, (_error, address) => resolve(address)));
    expect(await look()).toBe('127.0.0.1');
    isSilent = true;
    // A clock that is later by more than addresses are valid for.
    const now = performance.now.bind(performance);
    jest.spyOn(performance, 'now').mockImplementation(() => now() + 1_050);
    for (let time = 0; time < 3; time += 1) expect(await look()).toBe('127.0.0.1');
  });

  it('queries once for concurrent connections', async () => {
    its.server.set('once.test', [{ address: '127.0.0.1', ttl: 60 }], ['A']);
    await reached(poolFor('once.test', await serve('127.0.0.1')), 20);
    expect(its.server.questions.filter((question) => question.endsWith('once.test'))).toHaveLength(2);
  });

  it.each([
    [4, '127.0.0.1'],
    [6, '::1'],
  ])('returns one address of family %d on request', async (family, address) => {
    const lookup = rotatingLookup(async () => ({ ips: ['127.0.0.1', '::1'], ttlMs: 1_000 }));
    const given = await new Promise((resolve) => lookup('x', { family }, (...all) => resolve(all)));
    expect(given).toEqual([null, address, family]);
  });

  it('fails like Node if the name is unknown or has no address of the family', async () => {
    const lookup = rotatingLookup(async (host) => {
      if (host === 'none') throw Object.assign(new Error('queryA ENOTFOUND none'), { code: 'ENOTFOUND' });
      return { ips: ['127.0.0.1'], ttlMs: 1_000 };
    });
    for (const options of [{ host: 'none' }, { host: 'x', family: 6 }]) {
      const [error] = await once(connect({ ...options, port: 9, lookup }), 'error').catch((one: unknown) => [one]);
      expect(error).toMatchObject({ code: 'ENOTFOUND' });
    }
  });
});
