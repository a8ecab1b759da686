/** @full One more provider: `login.spec` and `sessions.spec` hold the same at oidc-provider. */
import { describeWith } from '#test/support/neighbours/describe-with';
import { djangoOauthToolkit } from '#test/support/neighbours/openid-providers';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { DjangoSite } from './django-site.ts';
import { GatewayAt } from './gateway-at.ts';
import { appToken, itDenies, itKnowsTheTime, itLogsIn, itRenews, loggedIn } from './provider-suite.ts';

jest.setTimeout(60_000);

describeWith([djangoOauthToolkit], 'Django OAuth Toolkit', () => {
  let opened: GatewayAt<DjangoSite>;
  beforeAll(async () => {
    opened = await GatewayAt.open((url) => DjangoSite.start(url, { ACCESS_TOKEN_EXPIRE_SECONDS: 2 }));
  });
  afterAll(() => opened?.close());

  // Its site redirects the address of the metadata to one with a slash.
  describe('a login', () => {
    itLogsIn(() => opened);
    itDenies(() => opened);
    itKnowsTheTime(() => opened);

    it('of a public client takes rights from the UserInfo endpoint', async () => {
      const environment = { OIDC_CLIENT_ID: 'app', OIDC_CLIENT_SECRET: '', OIDC_SCOPES_FROM: 'userinfo' };
      const other = await GatewayAt.open((url) => DjangoSite.start(url), environment);
      try {
        const ada = await loggedIn(other);
        expect(await other.session(ada)).toEqual({
          userId: 'u1',
          scopes: expect.arrayContaining(['orders:write']),
        });
      } finally {
        await other.close();
      }
    });
  });

  describe('a session', () => {
    itRenews(() => opened);

    it('ends here alone, as the site has no logout for clients', async () => {
      const ada = await loggedIn(opened);
      expect((await ada.send(`${opened.url}/bff/logout`, 'POST')).status).toBe(204);
      expect(await opened.session(ada)).toBe(401);
    });
  });

  it('has opaque access tokens, whose introspection names no issuer, user id or audience', async () => {
    const headers = { authorization: `Bearer ${await appToken(opened, 'ada')}` };
    const send = async () => (await fetch(`${opened.url}/v1/orders`, { headers })).status;
    expect(await send()).toBe(200);
    let status = 200;
    while (status === 200) status = await send();
    expect(status).toBe(401);
  });
});
