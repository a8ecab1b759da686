import { ownRedisForTests } from '#libs/testing';
import { afterAll, describe, expect, it } from '@jest/globals';
import { Browser } from '#test/support/browser';
import { ProviderShop } from '#test/support/provider-shop';
import request from 'supertest';

const redis = await ownRedisForTests();
const opened = 'skip' in redis ? undefined : await ProviderShop.open({ REDIS_URL: redis.url });
const onRedis = opened ? describe : describe.skip;
afterAll(async () => {
  await opened?.close();
  if (!('skip' in redis)) await redis.stop();
});

onRedis('a logout token', () => {
  const { shop, provider } = opened!;
  const { pid } = redis as { pid: number };
  const post = (token: string) =>
    request(shop.gateway.url).post('/bff/backchannel-logout').type('form').send({ logout_token: token });

  it('that comes while Redis is away is not used up: it works when it is back, and once', async () => {
    const browser = Browser.at(shop);
    await browser.logInAtProvider();
    const token = provider.logoutToken();
    process.kill(pid, 'SIGSTOP');
    const refused = await post(token);
    process.kill(pid, 'SIGCONT');
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '1']);
    // A busy machine answers so a few times more: that is what Retry-After is for.
    let answer = await post(token);
    while (answer.status === 503) answer = await post(token);
    expect(answer.status).toBe(200);
    const { status } = await browser.get('/bff/session');
    expect(status).toBe(401);
    expect((await post(token)).status).toBe(400);
  });

  it('gets a 503 with Retry-After while the keys cannot be fetched', async () => {
    provider.rotate({ isPublished: false });
    provider.keysFailure = 500;
    const token = provider.logoutToken();
    const refused = await post(token);
    provider.keysFailure = undefined;
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '1']);
    let answer = await post(token);
    while (answer.status === 503) answer = await post(token);
    expect(answer.status).toBe(200);
  });
});
