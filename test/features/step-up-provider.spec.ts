/**
 * It marks use cases of the gateway, which no other suite may see.
 * @jest-environment node
 */
import { Fresh } from '#gateway/declare/access';
import { ownRedisForTests } from '#libs/testing';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';

// Declared before the doors that lead there are read.
const { GetHome } = await import('#gateway/features/home/get-home');
Fresh({ maxAgeSeconds: 300, acrValues: ['phr'] })(GetHome);
const { ProviderShop } = await import('#test/support/provider-shop');
const { Browser } = await import('#test/support/browser');

const redis = await ownRedisForTests();
const opened = await ProviderShop.open('skip' in redis ? {} : { REDIS_URL: redis.url });
const { shop, provider } = opened;
afterAll(async () => {
  await opened.close();
  if (!('skip' in redis)) await redis.stop();
});
afterEach(() => void (provider.changeTokens = () => {}));

/** A browser that the provider has logged in just now, in this way. */
async function loggedIn(acr: string | undefined) {
  provider.changeTokens = (answer) => {
    const claims = JSON.parse(
      Buffer.from(String(answer['id_token']).split('.')[1]!, 'base64url').toString(),
    ) as object;
    answer['id_token'] = provider.idToken({ ...claims, acr, auth_time: Math.floor(Date.now() / 1000) });
  };
  const browser = Browser.at(shop);
  expect((await browser.logInAtProvider()).status).toBe(303);
  return browser;
}

describe('what needs a strong login', () => {
  it('is there for a browser that the provider has logged in so, also after a renewal', async () => {
    provider.statedSeconds = 0;
    const browser = await loggedIn('phr');
    provider.statedSeconds = undefined;
    provider.changeTokens = (answer) => delete answer['id_token'];
    const before = provider.requests.refreshes;
    expect((await browser.get('/v1/home')).status).toBe(200);
    expect(provider.requests.refreshes).toBe(before + 1);
  });

  it.each(['pwd', undefined])('is not there for one that was logged in by %p', async (acr) => {
    const { status, body } = await (await loggedIn(acr)).get('/v1/home');
    expect([status, body.code]).toEqual([401, 'STEP_UP_REQUIRED']);
  });
});
