import { ownRedisForTests } from '#libs/testing';
import { afterAll, describe, expect, it } from '@jest/globals';
import { Browser } from '#test/support/browser';
import { ConfiguredProvider, ProviderShop } from '#test/support/provider-shop';
import { secondGateway } from '#test/support/second-gateway';

const redis = await ownRedisForTests();
const opened = 'skip' in redis ? undefined : await ProviderShop.open({ REDIS_URL: redis.url });
const onRedis = opened ? describe : describe.skip;
afterAll(async () => {
  await opened?.close();
  if (!('skip' in redis)) await redis.stop();
});

onRedis('a session of a provider that the gateway no longer has', () => {
  const { shop, provider, settings } = opened!;
  const NONE = { OIDC_ISSUER: '', OIDC_CLIENT_ID: '', OIDC_CLIENT_SECRET: '' };

  it.each([['another one'], ['none']])(
    'ends at its renewal, and its tokens go nowhere else: there is %s',
    async (now) => {
      const next = await ConfiguredProvider.open();
      const changed = now === 'none' ? NONE : next.environment;
      const { gateway } = await secondGateway(shop, () => ({ ...settings, ...changed }));
      try {
        const browser = Browser.at({ gateway });
        const login = async (statedSeconds: number | undefined) => {
          provider.statedSeconds = statedSeconds;
          const first = Browser.at(shop);
          await first.logInAtProvider();
          for (const [name, value] of first.cookies) browser.cookies.set(name, value);
        };
        await login(undefined);
        expect((await browser.get('/bff/session')).status).toBe(200);
        const logout = await browser.post('/bff/logout');
        expect([logout.status, logout.text]).toEqual([204, '']);
        await login(0);
        expect((await browser.get('/bff/session')).status).toBe(401);
        expect(next.provider.requests).toMatchObject({ tokens: 0, refreshes: 0 });
        expect(shop.warnings('a session could not be renewed').at(-1)).toMatchObject({
          reason: 'the session is of another provider',
          isOver: true,
        });
      } finally {
        await gateway.stop();
        await next.close();
      }
    },
  );
});
