import { randomUUID } from 'node:crypto';
import { Client } from '#test/support/client';
import { GatewayPair, type PairedGateway } from '#test/support/gateway-pair';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import request from 'supertest';

jest.setTimeout(60_000);

const pair = await GatewayPair.open();
const onRedis = pair ? describe : describe.skip;
afterAll(() => pair?.close());

interface Found {
  requests: { requestId: string; process: string; name: string }[];
  processes: number;
  isPartial: boolean;
}

onRedis('a request that another process served', () => {
  const { one, other } = pair!;
  let authorization: string;
  beforeAll(async () => {
    authorization = `Bearer ${(await Client.of(one, 'grace')).token}`;
  });

  const read = async (gateway: PairedGateway, path: string): Promise<{ status: number; body: Found }> => {
    const { status, body } = await request(gateway.adminUrl).get(path).set({ authorization });
    return { status, body: body as Found };
  };
  /** Searches until so many requests are found: a recording ends a moment after its response. */
  async function found(gateway: PairedGateway, path: string, count: number): Promise<Found> {
    for (;;) {
      const { body } = await read(gateway, path);
      if (body.requests?.length >= count) return body;
    }
  }
  const requestMe = async ({ gateway }: PairedGateway, id: string) => {
    const answer = await request(gateway.url).get('/v1/me').set({ authorization, 'x-request-id': id });
    expect(answer.status).toBe(200);
  };

  it('is found by its id at each gateway', async () => {
    const id = randomUUID();
    await requestMe(one, id);
    for (const gateway of [one, other]) {
      const { requests, processes, isPartial } = await found(gateway, `/admin/requests/${id}`, 1);
      expect([requests.length, processes, isPartial]).toEqual([1, 2, false]);
      expect(requests[0]).toMatchObject({ name: 'GET /v1/me', requestId: id });
    }
  });

  it('is in the lists of each gateway', async () => {
    const [here, there] = [randomUUID(), randomUUID()];
    await requestMe(one, here);
    await requestMe(other, there);
    await found(one, `/admin/requests/${there}`, 1);
    const { requests } = (await read(one, '/admin/requests?kind=latest')).body;
    expect(requests.map(({ requestId }) => requestId)).toEqual(expect.arrayContaining([here, there]));
  });

  it('counts in the use of operations that each gateway reports', async () => {
    const post = ({ gateway }: PairedGateway) =>
      request(gateway.url)
        .post('/graphql')
        .set({ 'x-client': 'pair/1' })
        .send({ query: '{ products { total } }' });
    for (const gateway of [one, other, other]) expect((await post(gateway)).status).toBe(200);
    const callsAt = async (gateway: PairedGateway) => {
      const { status, body } = await request(gateway.adminUrl).get('/admin/usage').set({ authorization });
      expect(status).toBe(200);
      const { clients } = body as { clients: { name: string; calls: number }[] };
      return clients.find(({ name }) => name === 'pair')?.calls;
    };
    // Each stores what it has counted before it reports.
    await callsAt(one);
    expect([await callsAt(other), await callsAt(one)]).toEqual([3, 3]);
  });

  it('is found alone in its own process while Redis hangs, which is said', async () => {
    const id = randomUUID();
    await requestMe(one, id);
    process.kill(pair!.redis.pid, 'SIGSTOP');
    try {
      const { body } = await read(one, `/admin/requests/${id}`);
      expect([body.requests.length, body.isPartial]).toEqual([1, true]);
      const { status, body: usage } = await request(one.adminUrl).get('/admin/usage').set({ authorization });
      expect([status, usage.code]).toEqual([503, 'OVERLOADED']);
    } finally {
      process.kill(pair!.redis.pid, 'SIGCONT');
    }
  });
});
