import { anIssuerKey, TokenIssuer } from '#libs/testing';
import type { Caller } from '#libs/upstream';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { bearersWith } from './issuers.fixture.ts';

let issuer: TokenIssuer;
beforeAll(async () => void (issuer = await TokenIssuer.open()));
afterEach(() => {
  jest.restoreAllMocks();
  issuer.failure = undefined;
  issuer.keys = [anIssuerKey()];
});
afterAll(() => issuer.close());

/** The caller of a token, at a gateway with these issuer settings. */
async function callerOf(token: string, settings: object = {}): Promise<Caller | undefined> {
  const { bearers } = await bearersWith({ ...issuer.settings, ...settings });
  return bearers.callerOf(`Bearer ${token}`);
}

describe('a token of an outside issuer', () => {
  it('is accepted if keys are published without ids, one or several', async () => {
    issuer.keys = [anIssuerKey({})];
    expect(await callerOf(issuer.token())).toMatchObject({ id: 'u1', scopes: ['profile:read', 'orders:read'] });
    issuer.keys = [anIssuerKey({}), anIssuerKey({}), anIssuerKey({}, 'RS256')];
    for (const key of issuer.keys) expect(await callerOf(issuer.token({}, {}, key))).toBeDefined();
    // The signature decides: an unpublished key verifies nothing.
    expect(await callerOf(issuer.token({}, {}, anIssuerKey({})))).toBeUndefined();
    expect(await callerOf(issuer.token({}, {}, anIssuerKey({ kid: 'mine' })))).toBeUndefined();
  });

  it('is accepted if null stands for what its key, its header or its claims leave out', async () => {
    const absent = { use: null, alg: null, key_ops: null, ext: null, x5c: null, d: null, oth: null };
    for (const alg of ['ES256', 'RS256'] as const) {
      issuer.keys = [anIssuerKey({ kid: null, ...absent }, alg)];
      expect(await callerOf(issuer.token({ nbf: null, acr: null, auth_time: null }))).toBeDefined();
    }
    const { bearers } = await bearersWith(issuer.settings);
    expect(await bearers.callerOf(`Bearer ${issuer.token({}, { kid: null })}`)).toBeDefined();
    // An audience and an expiry are required, and a token that is bound to null is bound to nothing known.
    for (const claims of [{ aud: null }, { exp: null }, { cnf: null }])
      expect(await bearers.callerOf(`Bearer ${issuer.token(claims)}`)).toBeUndefined();
  });

  it('is accepted right after a key rotation, with or without kid', async () => {
    const { bearers } = await bearersWith(issuer.settings);
    const of = (token: string) => bearers.callerOf(`Bearer ${token}`);
    expect(await of(issuer.token())).toBeDefined();
    expect(await of(issuer.token({}, { kid: 'invented' }))).toBeUndefined();
    issuer.keys = [anIssuerKey(), ...issuer.keys];
    expect(await of(issuer.token({ jti: '2' }))).toBeDefined();
    issuer.keys = [anIssuerKey({}), ...issuer.keys];
    expect(await of(issuer.token({ jti: '3' }))).toBeDefined();
  });

  it('is accepted right after a rotation of keys without ids, whatever was forged a moment before', async () => {
    issuer.keys = [anIssuerKey({})];
    const { bearers } = await bearersWith(issuer.settings);
    const of = (token: string) => bearers.callerOf(`Bearer ${token}`);
    expect(await of(issuer.token({}, {}, anIssuerKey({})))).toBeUndefined();
    issuer.keys = [anIssuerKey({})];
    expect(await of(issuer.token())).toBeDefined();
  });

  it('is accepted after its key was replaced under its id, which is looked up once in 30 seconds', async () => {
    const { bearers } = await bearersWith(issuer.settings);
    const of = (token: string) => bearers.callerOf(`Bearer ${token}`);
    const before = issuer.token();
    expect(await of(before)).toBeDefined();
    const [old] = issuer.keys;
    const kid = old!.published['kid'];
    issuer.keys = [anIssuerKey({ kid })];
    const { keys: fetched } = issuer.requests;
    expect(await of(issuer.token({ jti: '1' }))).toBeUndefined();
    expect(issuer.requests.keys).toBe(fetched);
    const now = performance.now.bind(performance);
    jest.spyOn(performance, 'now').mockImplementation(() => now() + 30_000);
    // Signed by a known key, so that no other can be needed.
    const notYet = Math.floor(Date.now() / 1000) + 3_600;
    expect(await of(issuer.token({ nbf: notYet }, {}, old))).toBeUndefined();
    expect(issuer.requests.keys).toBe(fetched);
    expect(await of(issuer.token({ jti: '2' }))).toBeDefined();
    expect(await of(before)).toBeDefined();
    for (let time = 0; time < 20; time += 1)
      expect(await of(issuer.token({ jti: `forged ${time}` }, {}, anIssuerKey({ kid })))).toBeUndefined();
    expect(issuer.requests.keys).toBe(fetched + 1);
  });

  it('signed by no key of its id is refused while the keys cannot be fetched: it is most likely forged', async () => {
    const { bearers } = await bearersWith(issuer.settings);
    const of = (token: string) => bearers.callerOf(`Bearer ${token}`);
    expect(await of(issuer.token())).toBeDefined();
    const now = performance.now.bind(performance);
    jest.spyOn(performance, 'now').mockImplementation(() => now() + 30_000);
    issuer.failure = 503;
    const kid = issuer.keys[0]!.published['kid'];
    expect(await of(issuer.token({}, {}, anIssuerKey({ kid })))).toBeUndefined();
  });

  it('cannot be verified while its keys cannot be fetched, and is accepted once they can', async () => {
    const { bearers } = await bearersWith(issuer.settings);
    const token = issuer.token();
    const send = async () => bearers.callerOf(`Bearer ${token}`);
    issuer.failure = 503;
    await expect(send()).rejects.toMatchObject({ code: 'OVERLOADED', headers: { 'retry-after': '1' } });
    issuer.failure = undefined;
    let caller: Caller | undefined;
    while (!(caller = await send().catch(() => undefined))) await new Promise((next) => void setTimeout(next, 50));
    expect(caller).toMatchObject({ id: 'u1' });
  });

  it('triggers no key fetch if its claims are not acceptable', async () => {
    const before = issuer.requests.keys;
    const over = Math.floor(Date.now() / 1000) - 31;
    for (const claims of [{ aud: 'another' }, { exp: over }, { aud: undefined }, { iss: 'https://evil.example' }])
      expect(await callerOf(issuer.token(claims))).toBeUndefined();
    expect(await callerOf(issuer.token({}, { typ: 'JWT' }))).toBeUndefined();
    expect(issuer.requests.keys).toBe(before);
  });

  it.each([
    ['auth0|5f7c8ec7c33c6c004bbafe82'],
    ['google-oauth2|103547991597142817347'],
    ['ada+shop@example.com'],
    ['248289761001'],
    ['urn:example:user:1'],
    [`${'x'.repeat(255)}`],
  ])('may be of a user with the id %s', async (sub) => {
    expect(await callerOf(issuer.token({ sub }))).toMatchObject({ id: sub });
  });

  it.each([[''], ['two words'], ['x'.repeat(256)], ['tab\there'], ['Zoë'], [7.5], [true], [null], [['u1']]])(
    'has no caller if the user id is %p',
    async (sub) => {
      expect(await callerOf(issuer.token({ sub }))).toBeUndefined();
    },
  );

  it('may be of a user with a number', async () => {
    expect(await callerOf(issuer.token({ sub: 7 }))).toMatchObject({ id: '7' });
  });

  const roles = { admin: ['admin'], 'Shop Admins': ['admin'], 'orders.read': ['orders:read'] };
  it.each<[string, object, object, string[]]>([
    ['a text of scopes', { scope: 'orders.read admin' }, {}, ['orders:read', 'admin']],
    ['a list in scope', { scope: ['orders.read'] }, {}, ['orders:read']],
    ['a list in scp, as Okta', { scope: undefined, scp: ['orders.read'] }, {}, ['orders:read']],
    ['a text in scp, as Entra ID', { scope: undefined, scp: 'orders.read other' }, {}, ['orders:read']],
    [
      'roles beside scopes',
      { scope: 'orders.read', roles: ['admin'] },
      { scopeClaim: ['scope', 'roles'] },
      ['orders:read', 'admin'],
    ],
    ['groups with spaces', { groups: ['Shop Admins'] }, { scopeClaim: 'groups' }, ['admin']],
    ['groups, as Cognito', { 'cognito:groups': ['admin'] }, { scopeClaim: 'cognito:groups' }, ['admin']],
    [
      'a claim with dots, as Auth0',
      { 'https://a.example/roles': ['admin'] },
      { scopeClaim: 'https://a.example/roles' },
      ['admin'],
    ],
    [
      'a path, as Keycloak',
      { realm_access: { roles: ['admin'] } },
      { scopeClaim: 'realm_access.roles' },
      ['admin'],
    ],
    ['nothing it has', { scope: undefined }, {}, []],
    ['words of the language', { scope: '__proto__ constructor toString' }, {}, []],
    ['a path to nowhere', {}, { scopeClaim: 'scope.length' }, []],
  ])('has the scopes mapped from %s', async (_, claims, settings, scopes) => {
    expect((await callerOf(issuer.token({ ...claims }), { scopes: roles, ...settings }))?.scopes).toEqual(scopes);
  });

  it('may have its audience in another claim, and no type, as those of Cognito', async () => {
    const cognito = { audience: 'client-1', audienceClaim: 'client_id', types: [''] };
    const claims = { aud: undefined, client_id: 'client-1' };
    expect(await callerOf(issuer.token(claims, { typ: undefined }), cognito)).toBeDefined();
    expect(
      await callerOf(issuer.token({ ...claims, client_id: 'other' }, { typ: undefined }), cognito),
    ).toBeUndefined();
    expect(await callerOf(issuer.token(claims), cognito)).toBeUndefined();
  });

  it('is refused with critical extensions, or with another algorithm than that of its key', async () => {
    expect(await callerOf(issuer.token({}, { crit: ['exp'] }))).toBeUndefined();
    for (const alg of ['none', 'HS256', 'RS256', undefined])
      expect(await callerOf(issuer.token({}, { alg }))).toBeUndefined();
  });

  it('may have several audiences, this gateway among them', async () => {
    expect(await callerOf(issuer.token({ aud: ['other', 'atrium'] }))).toBeDefined();
    expect(await callerOf(issuer.token({ aud: ['other'] }))).toBeUndefined();
  });
});

describe('the times of a token of an outside issuer', () => {
  const now = () => Math.floor(Date.now() / 1000);
  it.each<[string, () => Record<string, unknown>]>([
    ['has expired less than 30 seconds ago', () => ({ exp: now() - 25 })],
    ['begins in less than 30 seconds', () => ({ nbf: now() + 25 })],
    ['was issued by a clock that is ahead', () => ({ iat: now() + 25 })],
    ['has fractions of seconds', () => ({ exp: now() + 60.5, iat: now() + 0.25, nbf: now() - 0.75 })],
  ])('are accepted if it %s', async (_, claims) => {
    expect(await callerOf(issuer.token(claims()))).toBeDefined();
  });

  it.each<[string, () => Record<string, unknown>]>([
    ['has expired', () => ({ exp: now() - 31 })],
    ['never expires', () => ({ exp: undefined })],
    ['has its expiry in a text', () => ({ exp: `${now() + 60}` })],
    ['begins later', () => ({ nbf: now() + 40 })],
    ['has its begin in a text', () => ({ nbf: `${now() - 60}` })],
  ])('are refused if it %s', async (_, claims) => {
    expect(await callerOf(issuer.token(claims()))).toBeUndefined();
  });

  it('names its issuer in a text', async () => {
    expect(await callerOf(issuer.token({ iss: [issuer.url] }))).toBeUndefined();
  });
});
