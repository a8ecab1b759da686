import { dnsForTests } from '#libs/testing';
import { Context, RestClient } from '#libs/upstream';
import { afterEach, describe, expect, it } from '@jest/globals';
import { httpUpstreams, json } from './http-upstream.fixture.ts';
import { clientOptions } from './policies/upstream.fixture.ts';

const dns = dnsForTests();
const { upstream } = httpUpstreams();
const clients: RestClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});

function clientOf(...addresses: string[]): RestClient {
  const client = new RestClient(addresses, clientOptions('users'));
  clients.push(client);
  return client;
}

const get = (client: RestClient) =>
  client.operation('GET', '/users')(new Context({ log: { requestId: 'r-1' }, timeoutMs: 30_000 }), {});

describe('the report of a REST upstream', () => {
  it('has the addresses that its name stands for, and its connections, from the first call on', async () => {
    const { port } = new URL((await upstream(json({}))).url);
    const ips = ['127.0.0.1', '127.0.0.2', '127.0.0.3'];
    dns.server.set(
      'users.test',
      ips.map((address) => ({ address, ttl: 60 })),
    );
    const client = clientOf(`http://users.test:${port}`);
    expect(client.addresses()).toMatchObject([{ ips: [], connections: [] }]);
    await get(client);
    const [{ ips: known, connections }] = client.addresses() as [ReturnType<RestClient['addresses']>[0]];
    expect([known.toSorted(), connections]).toEqual([ips, [{ state: 'READY' }]]);
  });

  it('has an IP address itself, and none for a Unix socket', () => {
    const addresses = clientOf('http://127.0.0.1:1', 'http://[::1]:1', 'unix:/run/users.sock').addresses();
    expect(addresses.map(({ ips }) => ips)).toEqual([['127.0.0.1'], ['::1'], []]);
  });
});
