import { afterAll, afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Browser } from '#test/support/browser';
import { ProviderShop } from '#test/support/provider-shop';
import { eventually } from '#libs/testing';

const opened = await ProviderShop.open();
const { shop, provider } = opened;
afterAll(() => opened.close());

/** The time limits of requests to the provider, seconds to a minute, are this much shorter. */
const FASTER = 40;

const timeout = AbortSignal.timeout.bind(AbortSignal);
beforeEach(() => {
  jest.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => timeout(ms / FASTER));
});
afterEach(() => {
  jest.restoreAllMocks();
  provider.silence = undefined;
  provider.statedSeconds = undefined;
});

/** What a person sees: the outcome of a login, and where their browser goes. */
async function loggedIn(): Promise<[status: number, location: unknown]> {
  const browser = Browser.at(shop);
  const away = await browser.visit('/bff/login?returnTo=/account', PAGE);
  const { location } = away.headers;
  if (!String(location).startsWith(provider.url)) return [away.status, location];
  const back = await browser.visit(await provider.cameBack(String(location)), PAGE);
  return [back.status, back.headers['location']];
}
const PAGE = { accept: 'text/html' };
const BACK_WITH_ERROR = [303, '/account?error=temporarily_unavailable'];

const failures = () => shop.warnings('a login at the provider failed');
const SILENCES = ['nothing', 'head'] as const;

// First: nothing is known of the provider yet.
describe('a login at a provider that does not answer', () => {
  it.each(SILENCES)('is not begun without its metadata, of which comes: %s', async (after) => {
    provider.silence = { path: '/.well-known/openid-configuration', after };
    expect(await loggedIn()).toEqual(BACK_WITH_ERROR);
    const program = await Browser.at(shop).visit('/bff/login', { accept: 'application/json' });
    expect([program.status, program.body.code]).toEqual([502, 'UPSTREAM_UNAVAILABLE']);
    expect(failures().at(-1)).toMatchObject({ reason: expect.stringContaining('timeout') });
  });

  it.each(SILENCES.flatMap((after) => [['/token', after] as const, ['/keys', after] as const]))(
    'brings the person back to their page, who may try again: at %s comes %s',
    async (path, after) => {
      provider.rotate({ isPublished: false });
      const before = await shop.metric(/browser_logins_total\{outcome="failed"\} (\d+)/);
      provider.silence = { path, after };
      expect(await loggedIn()).toEqual(BACK_WITH_ERROR);
      expect(await shop.metric(/browser_logins_total\{outcome="failed"\} (\d+)/)).toBe(before + 1);
      expect(failures().at(-1)).toMatchObject({ reason: expect.stringMatching(/timeout|ERR_JWKS_TIMEOUT/) });
      provider.silence = undefined;
      expect(await loggedIn()).toEqual([303, '/account']);
    },
  );
});

describe('the renewal of a session at a provider that does not answer', () => {
  it.each(SILENCES)('is tried again later, and the person stays logged in: %s', async (after) => {
    provider.statedSeconds = 0;
    const browser = Browser.at(shop);
    await browser.logInAtProvider();
    provider.silence = { path: '/token', after };
    const failed = () => shop.metric(/browser_renewals_total\{outcome="failed"\} (\d+)/);
    const before = await failed();
    const { status, body } = await browser.get('/bff/session');
    expect([status, body.userId]).toEqual([200, 'u1']);
    // No request waits for it as long as it may take.
    await eventually(async () => (await failed()) !== before);
    expect(shop.warnings('a session could not be renewed').at(-1)).toMatchObject({
      isOver: false,
      reason: expect.stringContaining('timeout'),
    });
  });
});
