import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { Browser } from '#test/support/browser';
import { ProviderShop } from '#test/support/provider-shop';
import { secondGateway } from '#test/support/second-gateway';

const opened = await ProviderShop.open();
const { shop, provider, settings } = opened;
afterAll(() => opened.close());
afterEach(() => void (provider.changeTokens = () => {}));

/** Lets a browser use a gateway with other settings. */
async function withGateway(changed: NodeJS.ProcessEnv, use: (browser: Browser) => Promise<void>): Promise<void> {
  const { gateway } = await secondGateway(shop, () => ({ ...settings, ...changed }));
  try {
    await use(Browser.at({ gateway }));
  } finally {
    await gateway.stop();
  }
}

describe('a gateway that takes rights from the scope of the token response', () => {
  const changed = { OIDC_SCOPES_FROM: 'token_response', OIDC_SCOPE: 'openid customer' };

  it('gives those that it has asked for where the answer names none (RFC 6749, section 5.1)', () =>
    withGateway(changed, async (browser) => {
      await browser.logInAtProvider();
      expect((await browser.get('/bff/session')).body.scopes).toEqual(['profile:read', 'orders:read']);
    }));

  it('gives those that the answer names', () =>
    withGateway(changed, async (browser) => {
      provider.changeTokens = (answer) => (answer['scope'] = 'openid');
      await browser.logInAtProvider();
      expect((await browser.get('/bff/session')).body.scopes).toEqual([]);
    }));
});

describe('a gateway with OIDC_CONSENT=off', () => {
  it('asks for no consent, though it asks for a refresh token', () =>
    withGateway({ OIDC_CONSENT: 'off' }, async (browser) => {
      const away = await browser.visit('/bff/login');
      const { searchParams } = new URL(String(away.headers['location']));
      expect([searchParams.get('scope'), searchParams.get('prompt')]).toEqual([
        'openid profile offline_access',
        null,
      ]);
    }));
});
