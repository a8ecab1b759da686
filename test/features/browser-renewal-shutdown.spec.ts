import { eventually, ownRedisForTests } from '#libs/testing';
import { afterAll, describe, expect, it } from '@jest/globals';
import { Browser } from '#test/support/browser';
import { ProviderShop } from '#test/support/provider-shop';
import { secondGateway } from '#test/support/second-gateway';

const redis = await ownRedisForTests();
const opened = 'skip' in redis ? undefined : await ProviderShop.open({ REDIS_URL: redis.url });
const onRedis = opened ? describe : describe.skip;
afterAll(async () => {
  await opened?.close();
  if (!('skip' in redis)) await redis.stop();
});

onRedis('a renewal by a gateway that stops', () => {
  it('ends first, so that the next gateway has the new refresh token', async () => {
    const { shop, provider } = opened!;
    const { gateway } = await secondGateway(shop, () => opened!.settings);
    provider.statedSeconds = 0;
    const browser = Browser.at({ gateway });
    await browser.logInAtProvider();
    let release = () => {};
    provider.changeTokens = async () => {
      await new Promise<void>((resolve) => (release = resolve));
    };
    const before = provider.requests.refreshes;
    const { status } = await browser.get('/bff/session', { 'x-request-timeout-ms': '400' });
    expect([status, provider.requests.refreshes]).toEqual([200, before + 1]);

    const stopped = gateway.stop();
    // A stopped gateway answers nothing: its last hooks are running.
    await eventually(async () => !(await fetch(`${gateway.url}/livez`).catch(() => undefined)));
    provider.changeTokens = () => {};
    release();
    await stopped;

    expect(shop.warnings('a session could not be renewed')).toEqual([]);
    const next = Browser.at(shop);
    for (const [name, value] of browser.cookies) next.cookies.set(name, value);
    expect((await next.get('/bff/session')).status).toBe(200);
    expect(provider.requests.refreshes).toBe(before + 2);
  });
});
