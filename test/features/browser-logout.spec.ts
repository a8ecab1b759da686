import { afterAll, describe, expect, it } from '@jest/globals';
import { Browser } from '#test/support/browser';
import { Client } from '#test/support/client';
import { ProviderShop } from '#test/support/provider-shop';
import request from 'supertest';

const RETURN_TO = 'https://shop.example.com/bye';
const opened = await ProviderShop.open({ OIDC_POST_LOGOUT_URL: RETURN_TO });
const quiet = await ProviderShop.open({ OIDC_END_SESSION: 'off', OIDC_REVOCATION: 'off' });
const plain = await ProviderShop.open();
plain.provider.metadata = { revocation_endpoint: null, end_session_endpoint: null };
afterAll(async () => {
  for (const one of [opened, quiet, plain]) await one.close();
});

async function loggedIn({ shop }: ProviderShop): Promise<Browser> {
  const browser = Browser.at(shop);
  await browser.logInAtProvider();
  return browser;
}

describe('a logout', () => {
  it('says where the session at the provider ends, and has revoked what renewed it', async () => {
    const { provider } = opened;
    const browser = await loggedIn(opened);
    const before = provider.revoked.length;
    const { status, body, headers } = await browser.post('/bff/logout');
    expect([status, headers['cache-control']]).toEqual([200, 'no-store']);
    const url = new URL(body.endSessionUrl as string);
    expect(url.origin + url.pathname).toBe(`${provider.url}/end`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: provider.client.id,
      id_token_hint: expect.stringMatching(/^eyJ/),
      post_logout_redirect_uri: RETURN_TO,
    });
    expect(provider.revoked).toHaveLength(before + 1);
    expect((await browser.get('/bff/session')).status).toBe(401);
  });

  it('of a session that the provider knows nothing of has no more to say', async () => {
    const browser = Browser.at(opened.shop);
    await browser.post('/bff/login', { email: 'ada@example.com', password: 'analytical-engine' });
    expect((await browser.post('/bff/logout')).status).toBe(204);
    expect((await browser.post('/bff/logout')).status).toBe(204);
  });

  it('of an app leaves the session of a cookie that came along alone', async () => {
    const browser = await loggedIn(opened);
    const app = await Client.of(opened.shop, 'ada');
    const before = opened.provider.revoked.length;
    const cookie = `__Host-Http-atrium=${browser.cookies.get('__Host-Http-atrium')}`;
    const { status } = await request(opened.shop.gateway.url)
      .post('/bff/logout')
      .set({ cookie, 'x-csrf': '1', authorization: `Bearer ${app.token}` });
    expect([status, opened.provider.revoked.length]).toEqual([204, before]);
    expect((await browser.get('/bff/session')).status).toBe(200);
  });

  it('happens here though the provider is down', async () => {
    const browser = await loggedIn(opened);
    const cookie = browser.cookies.get('__Host-Http-atrium')!;
    opened.provider.failure = 503;
    const { status } = await browser.post('/bff/logout');
    opened.provider.failure = undefined;
    expect(status).toBe(200);
    browser.cookies.set('__Host-Http-atrium', cookie);
    expect((await browser.get('/bff/session')).status).toBe(401);
    const [line] = opened.shop.warnings('a refresh token could not be revoked');
    expect(line).toMatchObject({ reason: expect.stringContaining('503') });
  });

  it('tells the provider nothing where that is set so', async () => {
    const browser = await loggedIn(quiet);
    expect((await browser.post('/bff/logout')).status).toBe(204);
    expect(quiet.provider.revoked).toEqual([]);
  });

  it('tells a provider nothing whose metadata has null as its endpoints, and warns of nothing', async () => {
    const warnings = () =>
      ['a refresh token could not be revoked', 'a logout could not be reported to the provider'].flatMap((msg) =>
        opened.shop.warnings(msg),
      );
    const before = warnings().length;
    const browser = await loggedIn(plain);
    expect((await browser.post('/bff/logout')).status).toBe(204);
    expect(warnings().slice(before)).toEqual([]);
  });
});
