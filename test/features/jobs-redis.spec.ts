import { ownRedisForTests } from '#libs/testing';
import { Access } from '#test/support/access';
import { Follower } from '#test/support/follower';
import { secondGateway, type SecondGateway } from '#test/support/second-gateway';
import { Shop } from '#test/support/shop';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import request from 'supertest';

const access = new Access();
const ada = access.of('u1');
const token = ada.authorization.replace('Bearer ', '');
const redis = await ownRedisForTests();
let shop: Shop;
let second: SecondGateway;

beforeAll(async () => {
  if ('skip' in redis) return;
  const shared = { JWT_PRIVATE_KEY: access.privateKey, REDIS_URL: redis.url };
  shop = await Shop.open(shared);
  second = await secondGateway(shop, () => shared);
  await Promise.all([shop.logs.gateway, second.log].map((log) => log.first({ msg: 'redis connected' })));
});
afterAll(async () => {
  await second?.gateway.stop();
  await shop?.close();
  if (!('skip' in redis)) await redis.stop();
});

interface Listed {
  jobs: { id: string; state: string }[];
}

it('a job that one gateway adds is followed, cancelled and replayed at another', async () => {
  if ('skip' in redis) return;
  const [one, other] = [shop.gateway, second.gateway];
  const order = { lines: [{ productId: 'p1', quantity: 1 }] };
  expect((await request(one.url).post('/v1/orders').set(ada).send(order)).status).toBe(201);
  let job: Listed['jobs'][number] | undefined;
  while (!job) {
    const { body } = await request(other.adminUrl)
      .get('/admin/jobs')
      .query({ kind: 'orders.digest' })
      .set(access.admin);
    [job] = (body as Listed).jobs;
  }
  const path = `/v1/jobs/${job.id}`;
  expect((await request(other.url).get(path).set(ada)).body).toMatchObject({ state: 'WAITING', attempt: 0 });
  expect((await request(other.url).get(path).set(access.of('u3'))).status).toBe(404);
  const stream = await Follower.open(`${other.url}${path}/events`, token);
  await stream.until('state');
  expect((await request(one.url).delete(path).set(ada)).body).toMatchObject({ state: 'CANCELLED' });
  await stream.untilOne(({ data }) => data['state'] === 'CANCELLED');
  await stream.closed;

  const mine = await Follower.open(`${one.url}/v1/events`, token);
  const replayed = await request(other.adminUrl).post(`/admin/jobs/${job.id}/replay`).set(access.admin);
  expect(replayed.status).toBe(200);
  const again = await Follower.open(`${one.url}${path}/events`, token, stream.lastId);
  const { data } = await again.untilOne((event) => event.data['state'] === 'COMPLETED');
  expect(data).toMatchObject({ id: job.id, attempt: 1 });
  await mine.untilOne(({ event, data: end }) => event === 'job.ended' && end['state'] === 'COMPLETED');
  mine.close();
});

it('the best sellers that one gateway counts are those of the other', async () => {
  if ('skip' in redis) return;
  const best = async (url: string) =>
    (await request(url).get('/v1/products/best-sellers?first=5')).body as {
      countedAt: string | null;
      items: object[];
    };
  expect((await best(shop.gateway.url)).countedAt).toBeNull();
  let counted = await best(second.gateway.url);
  while (counted.countedAt === null) counted = await best(second.gateway.url);
  expect(counted.items).toHaveLength(5);
  expect(await best(shop.gateway.url)).toEqual(counted);
  const { body } = await request(shop.gateway.adminUrl)
    .get('/admin/jobs')
    .query({ kind: 'products.best-sellers' })
    .set(access.admin);
  expect((body as Listed).jobs).toMatchObject([{ state: 'COMPLETED' }]);
});
