/**
 * Runs in its own environment, since it declares a recent login at a use case.
 * @jest-environment node
 */
import { Visitor } from '#test/support/visitor';
import { Fresh } from '#gateway/declare/access';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

jest.setTimeout(60_000);

// Declared before the controllers that lead there are read.
const MAX_AGE_SECONDS = 300;
const { GetHome } = await import('#gateway/features/home/get-home');
Fresh({ maxAgeSeconds: MAX_AGE_SECONDS })(GetHome);
const { ProviderGateway } = await import('./provider-gateway.ts');
type Opened = Awaited<ReturnType<typeof ProviderGateway.open>>;

/** What a use case answers that needs a recent login: 200, or the code of the refusal. */
async function home(visitor: Visitor, { url }: Opened) {
  const answer = await visitor.send(`${url}/v1/home`);
  const { code } = (await answer.json()) as { code?: string };
  return answer.status === 200 ? 200 : code;
}

/** Where the gateway sends a browser to, with `max_age` taken out of the address. */
async function withoutMaxAge(visitor: Visitor, { url }: Opened, query: string) {
  const begun = await visitor.send(`${url}/bff/login?${query}`);
  const location = new URL(begun.headers.get('location')!);
  expect(location.searchParams.get('max_age')).toBe(`${MAX_AGE_SECONDS}`);
  location.searchParams.delete('max_age');
  return location.href;
}

describe.each([
  ['says it always (require_auth_time)', true],
  ['says it where max_age asks for it', false],
])('the time of a login at oidc-provider, which %s', (_, isAlways) => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await ProviderGateway.open({ client: { require_auth_time: isAlways } });
  });
  afterAll(() => opened?.close());

  it('is that of the login there, and not that of the session here', async () => {
    const ada = new Visitor();
    await ada.go(`${opened.url}/bff/login`, 'ada');
    expect(await home(ada, opened)).toBe(isAlways ? 200 : 'STEP_UP_REQUIRED');
    opened.provider.ageLogins(MAX_AGE_SECONDS + 60);
    const silent = await ada.go(`${opened.url}/bff/login`);
    expect(silent.text).toContain('Go on as Ada Lovelace?');
    await ada.answer(silent, 'ada');
    expect(await home(ada, opened)).toBe('STEP_UP_REQUIRED');
    const requested = await ada.go(`${opened.url}/bff/login?max_age=${MAX_AGE_SECONDS}`);
    expect(requested.text).toContain('<h1>Log in</h1>');
    await ada.answer(requested, 'ada');
    expect(await home(ada, opened)).toBe(200);
  });

  it('must be as recent as max_age, though its user takes that out of the address', async () => {
    const ada = new Visitor();
    await ada.go(`${opened.url}/bff/login`, 'ada');
    const before = ada.cookie('127.0.0.1', '__Host-Http-atrium');
    opened.provider.ageLogins(MAX_AGE_SECONDS + 60);
    const query = `returnTo=/livez&max_age=${MAX_AGE_SECONDS}`;
    const page = await ada.go(await withoutMaxAge(ada, opened, query), 'ada');
    expect(page.url.pathname + page.url.search).toBe('/livez?error=login_failed');
    expect(ada.cookie('127.0.0.1', '__Host-Http-atrium')).toBe(before);
    const failed = opened.shop.logs.gateway.with({ audit: 'login.failed', kind: 'browser' });
    const reason = isAlways ? 'too much time has elapsed since the last End-User authentication' : 'auth_time';
    expect(failed.map((line) => line['reason'])).toEqual([expect.stringContaining(reason)]);
  });
});
