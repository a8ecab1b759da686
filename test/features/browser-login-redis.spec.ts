import { ownRedisForTests } from '#libs/testing';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { Browser } from '#test/support/browser';
import { ProviderShop } from '#test/support/provider-shop';

const HTML = { accept: 'text/html' };

const redis = await ownRedisForTests();
const opened = 'skip' in redis ? undefined : await ProviderShop.open({ REDIS_URL: redis.url });
const onRedis = opened ? describe : describe.skip;
afterAll(async () => {
  await opened?.close();
  if (!('skip' in redis)) await redis.stop();
});

onRedis('a login while Redis is away', () => {
  const { shop, provider } = opened!;
  const { pid } = redis as { pid: number };
  const pause = () => void process.kill(pid, 'SIGSTOP');
  const resume = () => void process.kill(pid, 'SIGCONT');
  const failed = () => shop.metric(/browser_logins_total\{outcome="failed"\} (\d+)/);
  afterEach(() => {
    provider.changeTokens = () => {};
    resume();
  });

  it('fails in the open: the page is told so, also when it is loaded again', async () => {
    const browser = Browser.at(shop);
    const away = await browser.visit('/bff/login?returnTo=/a');
    const back = await provider.cameBack(String(away.headers['location']));
    const before = await failed();
    provider.changeTokens = pause;
    const lost = await browser.visit(back, HTML);
    provider.changeTokens = () => {};
    resume();
    expect([lost.status, lost.headers['location']]).toEqual([303, '/a?error=temporarily_unavailable']);
    expect(await failed()).toBe(before + 1);
    expect(shop.warnings('a login at the provider failed').at(-1)).toMatchObject({
      reason: expect.stringContaining('OVERLOADED'),
    });
    let again = await browser.visit(back, HTML);
    while (again.status === 503) again = await browser.visit(back, HTML);
    expect([again.status, again.headers['location']]).toEqual([303, '/a?error=temporarily_unavailable']);
    expect((await browser.logInAtProvider()).status).toBe(303);
  });

  it('is not begun, and the page is told so', async () => {
    const before = await failed();
    pause();
    const person = await Browser.at(shop).visit('/bff/login?returnTo=/a', HTML);
    const program = await Browser.at(shop).visit('/bff/login?returnTo=/a');
    resume();
    expect([person.status, person.headers['location']]).toEqual([303, '/a?error=temporarily_unavailable']);
    expect([program.status, program.body.code]).toEqual([503, 'OVERLOADED']);
    expect(await failed()).toBe(before + 2);
  });
});
