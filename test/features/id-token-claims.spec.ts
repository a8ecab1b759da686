import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { Browser } from '#test/support/browser';
import { ProviderShop } from '#test/support/provider-shop';

type Claims = Record<string, unknown>;

const opened = await ProviderShop.open();
const { shop, provider } = opened;
afterAll(() => opened.close());
afterEach(() => {
  provider.person = { sub: 'u1', roles: ['customer'] };
  provider.changeTokens = () => {};
  provider.statedSeconds = undefined;
});

const now = () => Math.floor(Date.now() / 1000);

/** The provider's next ID token has these claims instead; undefined leaves one out. */
function changeIdToken(changes: (claims: Claims) => Claims): void {
  provider.changeTokens = (answer) => {
    const [, payload] = (answer['id_token'] as string).split('.');
    const claims = JSON.parse(Buffer.from(payload!, 'base64url').toString()) as Claims;
    answer['id_token'] = provider.exactToken({ ...claims, ...changes(claims) });
  };
}

/** Changes that a login and a renewal take alike. */
const ACCEPTED: [string, (claims: Claims) => Claims][] = [
  ['has a list of one audience', () => ({ aud: ['atrium'] })],
  ['has several audiences, and is for this client', () => ({ aud: ['atrium', 'api'], azp: 'atrium' })],
  // Extensions of a provider give it a meaning (OpenID Connect Core, section 3.1.3.7, since its second errata).
  ['has one audience, and another authorized party', () => ({ azp: 'atrium-app' })],
  ['has expired less than 30 seconds ago', () => ({ exp: now() - 20 })],
  ['begins in less than 30 seconds', () => ({ nbf: now() + 20 })],
  ['was issued by a clock that is ahead', () => ({ iat: now() + 20, nbf: now() + 20 })],
  ['has times with fractions', (claims) => ({ exp: Number(claims['exp']) + 0.5, iat: now() + 0.25 })],
  // The code flow brings both over one connection: no hash has to bind them (section 3.1.3.6).
  ['has another hash of the access token', () => ({ at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' })],
  // Serializers write it for what is left out, which OpenID Connect Core discourages (section 5.3.2) and RFC 7519 does not know.
  [
    'has null in optional claims',
    () => ({ nbf: null, auth_time: null, acr: null, amr: null, azp: null, at_hash: null, sid: null, jti: null }),
  ],
  ['has claims that nobody knows', () => ({ 'https://a.example/x': { y: [null] }, acr: 7, amr: 'pwd' })],
];

const REFUSED: [string, (claims: Claims) => Claims][] = [
  ['has no issuer', () => ({ iss: undefined })],
  ['has its issuer in a list', () => ({ iss: [provider.url] })],
  ['is of an issuer with another slash', () => ({ iss: `${provider.url}/` })],
  ['has no audience', () => ({ aud: undefined })],
  ['has an empty list of audiences', () => ({ aud: [] })],
  ['has an audience that only begins like this client', () => ({ aud: 'atrium-app' })],
  ['has several audiences, and no authorized party', () => ({ aud: ['atrium', 'api'] })],
  [
    'has several audiences, and another client as authorized party',
    () => ({ aud: ['api', 'atrium'], azp: 'api' }),
  ],
  ['has no user', () => ({ sub: undefined })],
  ['has a user that is no text', () => ({ sub: 7 })],
  ['never expires', () => ({ exp: undefined })],
  ['has its expiry in a text', () => ({ exp: `${now() + 300}` })],
  ['does not say when it was issued', () => ({ iat: undefined })],
  ['says in a text when it was issued', () => ({ iat: new Date().toISOString() })],
  ['has its begin in a text', () => ({ nbf: `${now()}` })],
  ...['iss', 'aud', 'sub', 'exp', 'iat'].map((name): (typeof ACCEPTED)[number] => [
    `has null in ${name}`,
    () => ({ nbf: null, [name]: null }),
  ]),
];

const AT_OTHER_TIMES: typeof REFUSED = [
  ['has expired', () => ({ exp: now() - 31 })],
  ['begins later', () => ({ nbf: now() + 40 })],
];

describe('an ID token of a login', () => {
  it.each(ACCEPTED)('is accepted if it %s', async (_, changes) => {
    changeIdToken(changes);
    const browser = Browser.at(shop);
    expect((await browser.logInAtProvider()).headers['location']).toBe('/');
    expect((await browser.get('/bff/session')).body).toMatchObject({ userId: 'u1' });
  });

  it.each([
    ...REFUSED,
    ...AT_OTHER_TIMES,
    ['has no nonce', () => ({ nonce: undefined })] as const,
    ['has null in its nonce', () => ({ nonce: null, nbf: null })] as const,
    ['has the nonce of another login', () => ({ nonce: 'another' })] as const,
  ])('is refused if it %s', async (_, changes) => {
    changeIdToken(changes);
    const browser = Browser.at(shop);
    expect((await browser.logInAtProvider()).status).toBe(401);
    expect((await browser.get('/bff/session')).status).toBe(401);
  });
});

describe('an ID token of a renewal', () => {
  const due = async (changes: (claims: Claims) => Claims): Promise<Browser> => {
    provider.statedSeconds = 0;
    const browser = Browser.at(shop);
    expect((await browser.logInAtProvider()).status).toBe(303);
    provider.statedSeconds = undefined;
    changeIdToken(changes);
    return browser;
  };

  it.each([...ACCEPTED, ['has no nonce', () => ({ nonce: undefined })] as const])(
    'is accepted if it %s',
    async (_, changes) => {
      const browser = await due(changes);
      expect((await browser.get('/bff/session')).body).toMatchObject({ userId: 'u1' });
    },
  );

  it.each(REFUSED)('ends the session if it %s', async (_, changes) => {
    const browser = await due(changes);
    expect((await browser.get('/bff/session')).status).toBe(401);
  });

  it.each(AT_OTHER_TIMES)('leaves the session as it is if it %s: clocks differ', async (_, changes) => {
    const browser = await due(changes);
    provider.person = { sub: 'u1', roles: ['admin'] };
    expect((await browser.get('/bff/session')).body.scopes).toEqual(['profile:read', 'orders:read']);
  });
});
