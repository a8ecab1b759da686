import { afterEach, describe, expect, it } from '@jest/globals';
import { createClient } from '../client.ts';
import { hangUp, json, problem, scriptedGateway, type Step } from '../gateway.fixture.ts';
import { browserLogin, changePassword, getMe, login } from '../generated/operations.ts';
import type { Tokens } from '../generated/schemas.ts';
import { bearer, type StoredTokens } from './bearer.ts';
import { cookies, loginUrl } from './cookies.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

const tokens = (accessToken: string, expiresIn = 900): Tokens => ({
  accessToken,
  tokenType: 'Bearer',
  expiresIn,
  refreshToken: `refresh-${accessToken}`,
});

/** A gateway that knows one access token, and refreshes by these steps. */
async function gateway(known: string, ...refresh: Step[]) {
  let refreshed = 0;
  const found = await scriptedGateway((response, request) => {
    if (request.url === '/v1/auth/refresh')
      return refresh[Math.min(refreshed++, refresh.length - 1)]!(response, request);
    const isKnown = request.headers.authorization === `Bearer ${known}`;
    return (isKnown ? json(200, {}) : problem(401, 'UNAUTHENTICATED'))(response, request);
  });
  opened.push(found);
  return { ...found, refreshes: () => refreshed };
}

describe('bearer tokens', () => {
  it('are renewed once for all calls that were refused', async () => {
    const { url, refreshes, requests } = await gateway('new', json(200, tokens('new')));
    const auth = bearer();
    await auth.accept(tokens('old'));
    const client = createClient({ baseUrl: url, auth });
    const results = await Promise.all([1, 2, 3, 4].map(() => getMe(client)));
    expect(results.map(({ ok }) => ok)).toEqual([true, true, true, true]);
    expect(refreshes()).toBe(1);
    const { text, headers } = requests.find((one) => one.url === '/v1/auth/refresh')!;
    expect([text, headers.authorization]).toEqual(['{"refreshToken":"refresh-old"}', undefined]);
  });

  it('are renewed before they expire, so that no call is refused', async () => {
    const { url, requests } = await gateway('new', json(200, tokens('new')));
    const auth = bearer();
    await auth.accept(tokens('old', 5));
    expect(await getMe(createClient({ baseUrl: url, auth }))).toMatchObject({ ok: true });
    expect(requests.map((one) => one.url)).toEqual(['/v1/auth/refresh', '/v1/me']);
  });

  it('are kept while the gateway cannot renew them, and dropped when the session has ended', async () => {
    let ended = 0;
    const { url } = await gateway('new', hangUp, hangUp, hangUp, problem(401, 'UNAUTHENTICATED'));
    const auth = bearer({ onSignedOut: () => ended++ });
    await auth.accept(tokens('old'));
    const client = createClient({ baseUrl: url, auth });
    expect(await getMe(client)).toMatchObject({ error: { code: 'UNAUTHENTICATED' } });
    expect([ended, (await auth.tokens())?.accessToken]).toEqual([0, 'old']);
    expect(await getMe(client)).toMatchObject({ error: { code: 'UNAUTHENTICATED' } });
    expect([ended, await auth.tokens()]).toEqual([1, null]);
  });

  it('in a store that tabs share are renewed by one of them', async () => {
    let stored: StoredTokens | null = { ...tokens('old'), expiresAt: Date.now() + 900_000 };
    const store = { load: async () => stored, save: (given: StoredTokens | null) => void (stored = given) };
    const { url, refreshes } = await gateway('new', json(200, tokens('new')));
    const tabs = [1, 2, 3].map(() => createClient({ baseUrl: url, auth: bearer({ store }) }));
    const results = await Promise.all(tabs.map((client) => getMe(client)));
    expect(results.map(({ ok }) => ok)).toEqual([true, true, true]);
    expect([refreshes(), stored!.accessToken]).toEqual([1, 'new']);
  });

  it('are not renewed where the password is wrong, nor where a recent login is needed', async () => {
    const step = problem(401, 'STEP_UP_REQUIRED', {
      'www-authenticate': 'Bearer error="insufficient_user_authentication"',
    });
    const gateway = await scriptedGateway(problem(401, 'UNAUTHENTICATED'), step);
    opened.push(gateway);
    const auth = bearer();
    await auth.accept(tokens('old'));
    const client = createClient({ baseUrl: gateway.url, auth });
    expect(await login(client, { email: 'a@b.c', password: 'wrong' })).toMatchObject({ ok: false });
    const change = { currentPassword: 'one', newPassword: 'another one' };
    expect(await changePassword(client, change)).toMatchObject({ error: { code: 'STEP_UP_REQUIRED' } });
    expect(gateway.requests.map(({ url, headers }) => [url, headers.authorization])).toEqual([
      ['/v1/auth/login', undefined],
      ['/v1/auth/password', 'Bearer old'],
    ]);
  });
});

describe('cookie mode', () => {
  it('sends the cookie and X-CSRF, and reports a session that has ended', async () => {
    let ended = 0;
    const given: RequestInit[] = [];
    const client = createClient({
      auth: cookies({ onSignedOut: () => ended++ }),
      fetch: async (_, init) => {
        given.push(init!);
        return new Response('{"code":"UNAUTHENTICATED","status":401}', { status: 401 });
      },
    });
    expect(await getMe(client)).toMatchObject({ error: { code: 'UNAUTHENTICATED' } });
    expect(given).toEqual([
      expect.objectContaining({ credentials: 'include', headers: expect.objectContaining({ 'x-csrf': '1' }) }),
    ]);
    expect(ended).toBe(1);
    // A wrong password ends no session.
    expect(await browserLogin(client, { email: 'a@b.c', password: 'wrong' })).toMatchObject({ ok: false });
    expect([ended, given.at(-1)!.credentials]).toEqual([1, 'include']);
    expect(loginUrl('/a?b', 'https://shop.example')).toBe('https://shop.example/bff/login?returnTo=%2Fa%3Fb');
  });
});
