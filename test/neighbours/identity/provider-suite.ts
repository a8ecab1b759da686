import { createHash, randomBytes } from 'node:crypto';
import { Visitor } from '#test/support/visitor';
import { expect, it } from '@jest/globals';
import type { Account, DenyingProvider, GatewayAt, OutsideProvider } from './gateway-at.ts';

interface Metadata {
  authorization_endpoint: string;
  token_endpoint: string;
}

type Opened = () => GatewayAt<OutsideProvider>;

const CONCURRENT = 12;
export const ADA = { userId: 'u1', scopes: expect.arrayContaining(['orders:write']) };
const GRACE = { userId: 'u2', scopes: expect.arrayContaining(['admin']) };

/** Logs somebody in. */
export async function loggedIn(opened: GatewayAt<OutsideProvider>, account: Account = 'ada', query?: string) {
  const visitor = new Visitor();
  await opened.logIn(visitor, account, query);
  return visitor;
}

/** The access token that an app gets at a provider for somebody, as a public client with PKCE. */
export async function appToken({ url, provider }: GatewayAt<OutsideProvider>, account: Account): Promise<string> {
  const metadata = (await (await fetch(`${provider.url}/.well-known/openid-configuration`)).json()) as Metadata;
  const [verifier, redirect_uri] = [randomBytes(32).toString('base64url'), `${url}/livez`];
  const query = {
    client_id: 'app',
    redirect_uri,
    response_type: 'code',
    scope: provider.environment['OIDC_SCOPE']!,
    state: 'a',
    nonce: 'b',
    code_challenge_method: 'S256',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
  };
  const visitor = new Visitor();
  const page = await visitor.go(`${metadata.authorization_endpoint}?${new URLSearchParams(query)}`);
  const code = (await provider.logIn(visitor, page, account)).url.searchParams.get('code')!;
  const form = { grant_type: 'authorization_code', client_id: 'app', redirect_uri, code, code_verifier: verifier };
  const answer = await fetch(metadata.token_endpoint, { method: 'POST', body: new URLSearchParams(form) });
  return ((await answer.json()) as { access_token: string }).access_token;
}

/** What logins are at each provider. */
export function itLogsIn(opened: Opened): void {
  it('ends at the page that started it, with the scopes of the account', async () => {
    const [ada, grace] = [new Visitor(), new Visitor()];
    const page = await opened().logIn(ada, 'ada', 'returnTo=/bff/session');
    expect({ at: page.url.pathname + page.url.search, failures: opened().failures }).toEqual({
      at: '/bff/session',
      failures: [],
    });
    expect(JSON.parse(page.text)).toEqual(ADA);
    await opened().logIn(grace, 'grace', 'login_hint=grace@example.com&ui_locales=en');
    expect(await opened().session(grace)).toEqual(GRACE);
  });

  it('is silent where the provider knows the browser', async () => {
    const ada = await loggedIn(opened());
    await ada.send(`${opened().url}/bff/logout`, 'POST');
    expect(await opened().session(ada)).toBe(401);
    await opened().logIn(ada, undefined);
    expect(await opened().session(ada)).toEqual(ADA);
  });
}

/** What `max_age` does at providers that say when somebody logged in. */
export function itKnowsTheTime(opened: Opened): void {
  it('is recent enough, where it was requested to be', async () => {
    const ada = await loggedIn(opened(), 'ada', 'max_age=300&returnTo=/livez');
    expect(await opened().session(ada)).toEqual(ADA);
  });
}

/** What a refusal of the consent does at providers that let people refuse. */
export function itDenies(opened: () => GatewayAt<DenyingProvider>): void {
  it('that is denied says so', async () => {
    const { url, provider } = opened();
    const grace = new Visitor();
    const page = await provider.deny(grace, await grace.go(`${url}/bff/login?returnTo=/livez`), 'grace');
    expect(page.url.pathname + page.url.search).toBe(`/livez?error=${provider.denial}`);
  });
}

/** What `prompt=login` does at providers that know it. */
export function itPromptsLogin(opened: Opened): void {
  it('is requested again of a browser that the provider knows', async () => {
    const browser = await loggedIn(opened());
    const page = await browser.go(`${opened().url}/bff/login?returnTo=/livez&prompt=login`);
    expect(page.url.origin).toBe(new URL(opened().provider.url).origin);
    const end = await opened().provider.logIn(browser, page, 'ada');
    expect(end.url.href).toBe(`${opened().url}/livez`);
    expect(await opened().session(browser)).toEqual(ADA);
  });
}

/** Renewals, with access tokens of a few seconds. */
export function itRenews(opened: Opened): void {
  it('is renewed once for all requests when the access token expires, and again', async () => {
    const ada = await loggedIn(opened());
    const before = await opened().renewals();
    for (const goal of [before + 1, before + 2]) {
      while ((await opened().renewals()) < goal) {
        const all = Array.from({ length: CONCURRENT }, () => opened().session(ada));
        for (const session of await Promise.all(all)) expect(session).toEqual(ADA);
      }
      expect(await opened().renewals()).toBe(goal);
    }
    expect(opened().shop.warnings('a session could not be renewed')).toEqual([]);
  });
}

/** Sends requests until the session is over. @param isEnough when it need not be @returns what it is then */
export async function sessionAfter(
  opened: GatewayAt<OutsideProvider>,
  visitor: Visitor,
  isEnough: () => Promise<boolean> = async () => false,
) {
  let session = await opened.session(visitor);
  while (typeof session === 'object' && !(await isEnough())) session = await opened.session(visitor);
  return session;
}
