import { afterAll, afterEach, describe, expect, it, jest } from '@jest/globals';
import { Browser } from '#test/support/browser';
import { ProviderShop } from '#test/support/provider-shop';
import { eventually } from '#libs/testing';

const RIGHTS = ['profile:read', 'orders:read'];

const opened = await ProviderShop.open();
const { shop, provider } = opened;
afterAll(() => opened.close());
afterEach(() => {
  provider.person = { sub: 'u1', roles: ['customer'] };
  provider.changeTokens = () => {};
  provider.keysFailure = undefined;
  provider.failure = undefined;
  provider.tokenRefusal = '{"error":"invalid_grant"}';
  provider.tokenRefusalStatus = 400;
});

/** A browser whose session must be renewed at its next request. */
async function dueBrowser(): Promise<Browser> {
  provider.statedSeconds = 0;
  const browser = Browser.at(shop);
  expect((await browser.logInAtProvider()).status).toBe(303);
  provider.statedSeconds = undefined;
  return browser;
}

const renewed = () => shop.metric(/browser_renewals_total\{outcome="ok"\} (\d+)/);
const audits = (audit: string) => shop.logs.gateway.with({ audit });

describe('the renewal of a session', () => {
  it('keeps what is known where the answer has no ID token (OpenID Connect Core, section 12.2)', async () => {
    const browser = await dueBrowser();
    provider.changeTokens = (answer) => delete answer['id_token'];
    const before = provider.requests.refreshes;
    const { status, body } = await browser.get('/bff/session');
    expect([status, body]).toEqual([200, { userId: 'u1', scopes: RIGHTS }]);
    expect(provider.requests.refreshes).toBe(before + 1);
  });

  it('keeps rights that the ID token says nothing of', async () => {
    const browser = await dueBrowser();
    provider.changeTokens = (answer) => (answer['id_token'] = provider.idToken({ sub: 'u1' }));
    const before = provider.requests.refreshes;
    expect((await browser.get('/bff/session')).body.scopes).toEqual(RIGHTS);
    expect(provider.requests.refreshes).toBe(before + 1);
  });

  it('succeeds where the answer has null for what it leaves out', async () => {
    const browser = await dueBrowser();
    provider.changeTokens = (answer) =>
      Object.assign(answer, { id_token: null, refresh_token: null, expires_in: null, scope: null });
    const before = await renewed();
    expect((await browser.get('/bff/session')).body.scopes).toEqual(RIGHTS);
    expect(await renewed()).toBe((before ?? 0) + 1);
  });

  it('falls back to no source behind the one that gave the rights', async () => {
    const browser = await dueBrowser();
    provider.changeTokens = (answer) => {
      delete answer['id_token'];
      answer['scope'] = 'openid profile';
    };
    expect((await browser.get('/bff/session')).body.scopes).toEqual(RIGHTS);
  });

  it('takes the rights that the provider gives now', async () => {
    const browser = await dueBrowser();
    provider.person = { sub: 'u1', roles: ['admin'] };
    expect((await browser.get('/bff/session')).body.scopes).toEqual(['profile:read', 'admin']);
  });

  it.each([
    ['of another user', { sub: 'u2', roles: ['admin'] }, 'the ID token is for another user'],
    [
      'of another issuer',
      { sub: 'u1', iss: 'https://evil.example', roles: ['admin'] },
      'OAUTH_JWT_CLAIM_COMPARISON',
    ],
  ])('ends the session at an ID token %s, and says so once', async (_, claims, reason) => {
    const browser = await dueBrowser();
    provider.changeTokens = (answer) => (answer['id_token'] = provider.idToken(claims));
    const before = [audits('renewal.failed').length, audits('session.ended').length];
    const statuses = await Promise.all([1, 2, 3].map(() => browser.get('/bff/session')));
    expect(statuses.map(({ status }) => status)).toEqual([401, 401, 401]);
    const failed = audits('renewal.failed').slice(before[0]);
    expect(failed).toEqual([
      expect.objectContaining({ userId: 'u1', kind: 'browser', reason: expect.stringContaining(reason) }),
    ]);
    expect(audits('session.ended').slice(before[1])).toMatchObject([{ reason: 'provider' }]);
  });

  it.each([
    ['{"error":"invalid_grant"}', 'the refresh token is refused: invalid_grant'],
    ['{"error":"invalid_request"}', 'the refresh token is refused: invalid_request'],
    ['{}', 'the refresh token is refused: invalid_request'],
    ['', 'the refresh token is refused: invalid_request'],
  ])('ends the session where the grant is over, and the answer is "%s"', async (refusal, reason) => {
    const browser = await dueBrowser();
    provider.revokeAll();
    provider.tokenRefusal = refusal;
    expect((await browser.get('/bff/session')).status).toBe(401);
    expect(audits('renewal.failed').at(-1)).toMatchObject({ reason });
  });

  it.each([
    [200, '{"error":"invalid_grant"}'],
    [200, '{"ok":false,"error":"invalid_request"}'],
    [401, '{"error":"invalid_token","error_description":"The token expired or was revoked"}'],
    [400, '{"error":"invalid_token"}'],
    [400, '{"access_token":null,"error":"invalid_token"}'],
  ])('ends it where the provider refuses the token by %p %p', async (status, refusal) => {
    const browser = await dueBrowser();
    provider.revokeAll();
    [provider.tokenRefusalStatus, provider.tokenRefusal] = [status, refusal];
    expect((await browser.get('/bff/session')).status).toBe(401);
    expect(audits('renewal.failed').at(-1)).toMatchObject({
      reason: expect.stringContaining('refused: invalid_'),
    });
  });

  it.each([
    [401, '{"error":"invalid_client"}'],
    [200, '{"error":"temporarily_unavailable"}'],
    [200, '{}'],
    [200, 'null'],
    [200, '<html>Maintenance</html>'],
  ])('leaves the session where the answer is %p %p', async (status, refusal) => {
    const browser = await dueBrowser();
    provider.revokeAll();
    [provider.tokenRefusalStatus, provider.tokenRefusal] = [status, refusal];
    expect((await browser.get('/bff/session')).status).toBe(200);
  });

  it.each([
    ['the provider refuses the gateway, and not the grant', '{"error":"invalid_client"}', 'invalid_client'],
    ['a proxy before the provider answers', '<html><h1>400 Bad Request</h1></html>', expect.any(String)],
  ])('leaves the session where %s', async (_, refusal, reason) => {
    const browser = await dueBrowser();
    provider.revokeAll();
    provider.tokenRefusal = refusal;
    expect((await browser.get('/bff/session')).status).toBe(200);
    expect(audits('renewal.failed').at(-1)).toMatchObject({ reason });
  });

  it('leaves the session where the provider cannot be asked, and says why', async () => {
    const browser = await dueBrowser();
    provider.failure = 503;
    const { status, body } = await browser.get('/bff/session');
    expect([status, body.scopes]).toEqual([200, RIGHTS]);
    const lines = shop.warnings('a session could not be renewed');
    expect(lines.at(-1)).toMatchObject({ isOver: false, reason: expect.stringContaining('503') });
    expect(await shop.metric(/browser_renewals_total\{outcome="failed"\} (\d+)/)).toBeGreaterThan(0);
  });

  it('keeps a request within its time, and goes on without it', async () => {
    const browser = await dueBrowser();
    const [refreshes, renewals] = [provider.requests.refreshes, await renewed()];
    let answered = false;
    let release = () => {};
    provider.changeTokens = async () => {
      await new Promise<void>((resolve) => (release = resolve));
      answered = true;
    };
    const { status } = await browser.get('/bff/session', { 'x-request-timeout-ms': '400' });
    expect([status, answered]).toEqual([200, false]);
    release();
    await eventually(async () => (await renewed()) !== renewals);
    expect([answered, await renewed(), provider.requests.refreshes]).toEqual([true, renewals + 1, refreshes + 1]);
  });
});

describe('a new refresh token', () => {
  it('is kept before the ID token beside it is checked', async () => {
    const browser = await dueBrowser();
    let given: unknown;
    provider.rotate({ isPublished: false });
    provider.keysFailure = 503;
    provider.changeTokens = (answer) => (given = answer['refresh_token']);
    expect((await browser.get('/bff/session')).status).toBe(200);
    expect(audits('renewal.failed').at(-1)).toMatchObject({
      reason: expect.stringContaining('keys of the provider'),
    });
    // What is revoked is what is kept: the first refresh token is used up, and the provider knows it no more.
    await browser.post('/bff/logout');
    expect(provider.revoked.at(-1)).toBe(given);
  });
});

describe('a session without a refresh token', () => {
  afterEach(() => void jest.restoreAllMocks());

  it('outlives the access token: it has a life of its own, and ends with it', async () => {
    provider.changeTokens = (answer) => delete answer['refresh_token'];
    const browser = await dueBrowser();
    const refreshes = provider.requests.refreshes;
    const { status, body } = await browser.get('/v1/auth/sessions?first=1');
    expect(status).toBe(200);
    const [{ createdAt, expiresAt }] = body.items as [{ createdAt: string; expiresAt: string }];
    expect(Math.round((Date.parse(expiresAt) - Date.parse(createdAt)) / 60_000)).toBe(8 * 60);
    jest.spyOn(Date, 'now').mockReturnValue(Date.parse(expiresAt));
    // A verified cookie is cached for 5 seconds.
    await eventually(async () => (await browser.get('/bff/session')).status !== 200, { everyMs: 100 });
    expect((await browser.get('/bff/session')).status).toBe(401);
    expect(provider.requests.refreshes).toBe(refreshes);
  });
});
