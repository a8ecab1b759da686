/** @full One more provider: `login.spec` and `sessions.spec` hold the same at oidc-provider. */
import { describeWith } from '#test/support/neighbours/describe-with';
import { lemonldap } from '#test/support/neighbours/openid-providers';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { GatewayAt } from './gateway-at.ts';
import { LemonldapPortal } from './lemonldap-portal.ts';
import {
  ADA,
  appToken,
  itDenies,
  itKnowsTheTime,
  itLogsIn,
  itPromptsLogin,
  itRenews,
  loggedIn,
  sessionAfter,
} from './provider-suite.ts';

jest.setTimeout(60_000);

const API = 'https://api.example';

describeWith([lemonldap], 'LemonLDAP::NG', () => {
  let opened: GatewayAt<LemonldapPortal>;
  beforeAll(async () => {
    opened = await GatewayAt.open((url) => LemonldapPortal.start(url));
  });
  afterAll(() => opened?.close());

  describe('a login', () => {
    itLogsIn(() => opened);
    itDenies(() => opened);
    itKnowsTheTime(() => opened);
    itPromptsLogin(() => opened);
  });

  describe('a session', () => {
    itRenews(() => opened);

    it('goes on with a new key', async () => {
      const ada = await loggedIn(opened);
      const before = await opened.renewals();
      opened.provider.rotate();
      expect(await sessionAfter(opened, ada, async () => (await opened.renewals()) > before + 1)).toEqual(ADA);
      expect(opened.shop.warnings('a session could not be renewed')).toEqual([]);
    });

    it('ends where the provider has its refresh token no more, which it calls an invalid request', async () => {
      const ada = await loggedIn(opened);
      opened.provider.deleteRefreshTokens();
      expect(await sessionAfter(opened, ada)).toBe(401);
    });

    it('is not needed for an opaque access token, which the gateway introspects', async () => {
      const headers = { authorization: `Bearer ${await appToken(opened, 'ada')}` };
      const send = async () => (await fetch(`${opened.url}/v1/orders`, { headers })).status;
      expect(await send()).toBe(200);
      let status = 200;
      while (status === 200) status = await send();
      expect(status).toBe(401);
    });

    it('ends at the provider, too, where somebody logs out here', async () => {
      const ada = await loggedIn(opened);
      const answer = await ada.send(`${opened.url}/bff/logout`, 'POST');
      const { endSessionUrl } = (await answer.json()) as { endSessionUrl: string };
      await ada.go(endSessionUrl);
      const again = await ada.go(`${opened.url}/bff/login`);
      expect(again.text).toContain('name="password"');
    });
  });

  // Claims in signed UserInfo responses alone, keys without ids, and refresh tokens that end with the session there.
  describe('with other settings', () => {
    let other: GatewayAt<LemonldapPortal>;
    beforeAll(async () => {
      const client = {
        oidcRPMetaDataOptionsRefreshToken: 1,
        oidcRPMetaDataOptionsIDTokenForceClaims: 0,
        oidcRPMetaDataOptionsUserInfoSignAlg: 'RS256',
        oidcRPMetaDataOptionsAccessTokenJWT: 1,
        oidcRPMetaDataOptionsAccessTokenClaims: 1,
        oidcRPMetaDataOptionsAdditionalAudiences: API,
      };
      const options = { client, all: { oidcServiceKeyIdSig: '' } };
      const environment = { OIDC_SCOPE: 'openid shop', OIDC_SCOPES_FROM: 'userinfo' };
      other = await GatewayAt.open((url) => LemonldapPortal.start(url, options), environment);
    });
    afterAll(() => other?.close());

    it('a session has the rights of the UserInfo response, and ends soon after a logout there', async () => {
      const ada = await loggedIn(other);
      expect(await other.session(ada)).toEqual(ADA);
      await other.provider.logOut(ada);
      expect(await sessionAfter(other, ada)).toBe(401);
    });

    it('an access token is a JWT with two audiences, and the type of any JWT', async () => {
      const headers = { authorization: `Bearer ${await appToken(other, 'ada')}` };
      expect((await fetch(`${other.url}/v1/orders`, { headers })).status).toBe(200);
    });
  });
});
