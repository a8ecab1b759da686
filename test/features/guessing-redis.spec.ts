import { GatewayPair, type PairedGateway } from '#test/support/gateway-pair';
import { eventually } from '#libs/testing';
import { afterAll, describe, expect, it } from '@jest/globals';
import request, { type Response } from 'supertest';

const ADA = { email: 'ada@example.com', password: 'analytical-engine' };
const pair = await GatewayPair.open({ TRUST_PROXY: 'loopback', MAX_SESSIONS_PER_ACCOUNT: '4' });
const onRedis = pair ? describe : describe.skip;

afterAll(() => pair?.close());

onRedis('two gateways, each a process, that strangers guess at', () => {
  const { one, other } = pair!;
  let addresses = 0;
  const logIn = (at: PairedGateway, password: string, cookie?: string): Promise<Response> =>
    Promise.resolve(
      request(at.gateway.url)
        .post('/v1/auth/login')
        .set({ 'x-forwarded-for': `203.0.113.${(addresses += 1)}`, ...(cookie ? { cookie } : {}) })
        .send({ ...ADA, password }),
    );
  const me = async (at: PairedGateway, token: string) =>
    (await request(at.gateway.url).get('/v1/me').set('authorization', `Bearer ${token}`)).status;

  it('let thirty guesses an hour through together, and the owner on a device that the other one has marked', async () => {
    const marked = await logIn(one, ADA.password);
    const [cookie] = (marked.headers['set-cookie'] as unknown as string[])[0]!.split(';');
    const statuses: number[] = [];
    // A few at a time: a gateway whose Redis misses its 50 ms on a busy machine counts by itself.
    for (let i = 0; i < 15; i += 1) {
      const answers = await Promise.all([one, other, one, other].map((at) => logIn(at, 'wrong')));
      statuses.push(...answers.map(({ status }) => status));
    }
    expect(statuses.filter((status) => status === 401)).toHaveLength(30);
    expect(statuses.filter((status) => status === 429)).toHaveLength(30);
    for (const at of [one, other]) {
      expect((await logIn(at, ADA.password)).status).toBe(429);
      expect((await logIn(at, ADA.password, cookie)).status).toBe(200);
    }
  });

  it('have as many sessions of an account as one has: the oldest ends at both', async () => {
    const grace = { email: 'grace@example.com', password: 'nanosecond-wire' };
    const logIn = async (at: PairedGateway) =>
      (await request(at.gateway.url).post('/v1/auth/login').send(grace)).body.accessToken as string;
    const first = await logIn(one);
    const further = [await logIn(other), await logIn(one), await logIn(other), await logIn(one)];
    await eventually(async () => (await me(one, first)) === 401 && (await me(other, first)) === 401);
    for (const at of [one, other]) {
      const all = await Promise.all(further.map((token) => me(at, token)));
      expect(all).toEqual([200, 200, 200, 200]);
    }
  });
});
