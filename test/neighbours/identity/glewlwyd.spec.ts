/** @full One more provider: `login.spec` and `sessions.spec` hold the same at oidc-provider. */
import { describeWith } from '#test/support/neighbours/describe-with';
import { glewlwyd } from '#test/support/neighbours/openid-providers';
import { Visitor } from '#test/support/visitor';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { GatewayAt } from './gateway-at.ts';
import { GlewlwydServer } from './glewlwyd-server.ts';
import { ADA, appToken, itLogsIn, itPromptsLogin, itRenews, loggedIn, sessionAfter } from './provider-suite.ts';

jest.setTimeout(60_000);

describeWith([glewlwyd], 'Glewlwyd', () => {
  let opened: GatewayAt<GlewlwydServer>;
  beforeAll(async () => {
    opened = await GatewayAt.open((url) => GlewlwydServer.start(url));
  });
  afterAll(() => opened?.close());

  describe('a login', () => {
    itLogsIn(() => opened);
    itPromptsLogin(() => opened);

    it('without a page says that it needs one', async () => {
      const page = await new Visitor().go(`${opened.url}/bff/login?returnTo=/livez&prompt=none`);
      expect(page.url.pathname + page.url.search).toBe('/livez?error=interaction_required');
    });

    it('is never recent enough: its time is always 1970', async () => {
      const visitor = new Visitor();
      const page = await opened.logIn(visitor, 'ada', 'max_age=300&returnTo=/livez');
      expect(page.url.search).toBe('?error=login_failed');
      expect(opened.failures.at(-1)).toContain('too much time has elapsed');
    });
  });

  describe('a session', () => {
    itRenews(() => opened);

    it('ends where its refresh token is disabled, which the server answers with an empty 400', async () => {
      const ada = await loggedIn(opened);
      await opened.provider.disableRefreshTokens(ada);
      expect(await sessionAfter(opened, ada)).toBe(401);
    });

    it('ends by a logout token of the server, and that of another browser does not', async () => {
      const [ada, other] = [await loggedIn(opened), await loggedIn(opened)];
      const answer = await ada.send(`${opened.url}/bff/logout`, 'POST');
      const { endSessionUrl } = (await answer.json()) as { endSessionUrl: string };
      await opened.logIn(ada, undefined);
      expect([await opened.session(ada), await opened.session(other)]).toEqual([ADA, ADA]);
      expect(await opened.provider.endSession(ada, await ada.go(endSessionUrl))).toBe(200);
      // It sends the token after its answer.
      expect(await sessionAfter(opened, ada)).toBe(401);
      expect(await opened.session(other)).toEqual(ADA);
      expect(opened.shop.warnings('a refresh token could not be revoked')).toEqual([]);
    });
  });

  it('has access tokens whose audience is the list of scopes, so that the client is what counts', async () => {
    const headers = { authorization: `Bearer ${await appToken(opened, 'ada')}` };
    expect((await fetch(`${opened.url}/v1/orders`, { headers })).status).toBe(200);
  });

  it('has pushed requests alone, tokens that are bound to keys, PS256 and UserInfo', async () => {
    const parameters = {
      'oauth-par-required': true,
      'oauth-dpop-allowed': true,
      'oauth-dpop-nonce-mandatory': true,
      'oauth-dpop-iat-duration': 60,
      'oauth-dpop-nonce-counter': 10,
      'default-kid': 'three',
    };
    const environment = { OIDC_DPOP: 'on', OIDC_SCOPES_FROM: 'userinfo' };
    const other = await GatewayAt.open((url) => GlewlwydServer.start(url, parameters), environment);
    try {
      const ada = await loggedIn(other);
      expect(await sessionAfter(other, ada, async () => (await other.renewals()) > 0)).toEqual(ADA);
    } finally {
      await other.close();
    }
  });
});
