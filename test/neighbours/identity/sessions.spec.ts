import { ownRedisForTests } from '#libs/testing';
import { Follower } from '#test/support/follower';
import { secondGateway, type SecondGateway } from '#test/support/second-gateway';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ProviderGateway } from './provider-gateway.ts';
import { Visitor } from '#test/support/visitor';

jest.setTimeout(120_000);

const SESSION = '__Host-Http-atrium';
const CONCURRENT = 24;
const ACCESS_TOKEN_SECONDS = 3;

const redis = await ownRedisForTests();
afterAll(async () => {
  if (!('skip' in redis)) await redis.stop();
});

const status = async (visitor: Visitor, url: string) => {
  const answer = await visitor.send(`${url}/bff/session`);
  await answer.arrayBuffer();
  return answer.status;
};

const onRedis = 'skip' in redis ? describe.skip : describe;

onRedis('sessions at oidc-provider, at two gateways that share a Redis', () => {
  let opened: ProviderGateway;
  let other: SecondGateway;
  let url: string;

  beforeAll(async () => {
    const environment = { REDIS_URL: (redis as { url: string }).url };
    const ttl = { AccessToken: ACCESS_TOKEN_SECONDS };
    opened = await ProviderGateway.open({ environment, configuration: { ttl, rotateRefreshToken: true } });
    url = opened.url;
    const { PORT: _, ...shared } = opened.environment;
    other = await secondGateway(opened.shop, () => shared);
  });
  afterAll(async () => {
    await other?.gateway.stop();
    await opened?.close();
  });

  const loggedIn = async (who: 'ada' | 'grace' = 'ada') => {
    const visitor = new Visitor();
    await visitor.go(`${url}/bff/login`, who);
    return visitor;
  };
  const refreshes = () => opened.provider.grants.get('refresh_token') ?? 0;

  it('are renewed with each refresh token once, under 24 requests at once when it expires', async () => {
    const ada = await loggedIn();
    const before = refreshes();
    // However slow the provider is: longer than a lock lasts that nobody prolongs.
    let isSlow = true;
    opened.provider.beforeTokens = async () => {
      if (isSlow) await new Promise((resolve) => void setTimeout(resolve, 6_000));
      isSlow = false;
    };
    const gateways = [url, other.gateway.url];
    const seen = new Set<number>();
    while (refreshes() < before + 3) {
      const all = Array.from({ length: CONCURRENT }, (_, i) => status(ada, gateways[i % gateways.length]!));
      for (const one of await Promise.all(all)) seen.add(one);
    }
    opened.provider.beforeTokens = async () => {};
    // A busy machine may have Redis miss its time: 503 says to come back.
    expect([...seen].filter((one) => one !== 503)).toEqual([200]);
    expect(opened.provider.errors).toEqual([]);
    expect(await status(ada, url)).toBe(200);
  });

  it('go on where an answer has no ID token, and where the keys have just rotated', async () => {
    const ada = await loggedIn();
    opened.provider.changeTokens = (body) => delete body['id_token'];
    const before = refreshes();
    while (refreshes() === before) expect(await status(ada, url)).toBe(200);
    opened.provider.changeTokens = () => {};
    await opened.provider.stop();
    await opened.provider.start();
    const later = refreshes();
    while (refreshes() === later) expect(await status(ada, url)).toBe(200);
    expect(await status(ada, url)).toBe(200);
    expect(opened.provider.errors).toEqual([]);
    expect(opened.shop.warnings('a session could not be renewed')).toEqual([]);
  });

  it('end with the grant, and with them what a browser has open', async () => {
    const ada = await loggedIn();
    const cookie = `${SESSION}=${ada.cookie('127.0.0.1', SESSION)}`;
    const headers = { cookie, 'sec-fetch-site': 'same-origin' };
    const stream = await Follower.open(`${url}/v1/events`, undefined, undefined, undefined, headers);
    expect(stream.status).toBe(200);
    await opened.provider.revokeAll();
    expect((await stream.until('end'))[0]!.data).toEqual({ reason: 'provider' });
    expect(await status(ada, url)).toBe(401);
    opened.provider.errors.splice(0);
  });

  it('end by a logout token of their session, and those of others do not', async () => {
    const [one, two] = [await loggedIn('grace'), await loggedIn('grace')];
    await one.confirmLogout(`${opened.provider.url}/session/end?client_id=atrium`);
    expect(await status(one, url)).toBe(401);
    expect(await status(two, url)).toBe(200);
  });

  it('end at the provider, too, where somebody logs out here', async () => {
    const ada = await loggedIn();
    const before = opened.provider.refreshTokens;
    const answer = await ada.send(`${url}/bff/logout`, 'POST');
    // It is revoked with its grant: nobody could use it, had they read it.
    expect(opened.provider.refreshTokens).toBe(before - 1);
    const { endSessionUrl } = (await answer.json()) as { endSessionUrl: string };
    expect([answer.status, await status(ada, url)]).toEqual([200, 401]);
    // Without that, the next login would be silent.
    const silent = await ada.go(`${url}/bff/login`);
    expect(silent.text).toContain('Go on as Ada Lovelace?');
    await ada.confirmLogout(endSessionUrl);
    const after = await ada.go(`${url}/bff/login`);
    expect(after.text).toContain('<h1>Log in</h1>');
  });
});
