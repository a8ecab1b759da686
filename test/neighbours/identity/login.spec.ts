import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ProviderGateway } from './provider-gateway.ts';
import { Visitor } from '#test/support/visitor';

jest.setTimeout(60_000);

const SESSION = '__Host-Http-atrium';
/** A page of another origin. */
const page = createServer((_, response) => void response.end());
page.listen(0, 'localhost');
await once(page, 'listening');
const SHOP = `http://localhost:${(page.address() as AddressInfo).port}`;
afterAll(() => void page.close());

const who = async (visitor: Visitor, url: string) => {
  const answer = await visitor.send(`${url}/bff/session`);
  return answer.status === 200 ? ((await answer.json()) as { userId: string }).userId : answer.status;
};

const cookieOf = (visitor: Visitor) => visitor.cookie('127.0.0.1', SESSION);

describe('a login at oidc-provider', () => {
  let opened: ProviderGateway;
  let url: string;
  beforeAll(async () => {
    opened = await ProviderGateway.open({ environment: { CORS_ORIGINS: SHOP } });
    url = opened.url;
  });
  afterAll(() => opened.close());

  it('ends at the page that started it, logged in, with the scopes of the role', async () => {
    const ada = new Visitor();
    const page = await ada.go(`${url}/bff/login?returnTo=/bff/session`, 'ada');
    expect([page.url.pathname, page.status]).toEqual(['/bff/session', 200]);
    expect(JSON.parse(page.text)).toMatchObject({
      userId: 'u1',
      scopes: expect.arrayContaining(['orders:write']),
    });
  });

  it('in two tabs at once ends in both at their own page, and the session of the first ends', async () => {
    const ada = new Visitor();
    const [one, other] = [
      await ada.upTo(`${url}/bff/login?returnTo=/livez?tab=1`),
      await ada.upTo(`${url}/bff/login?returnTo=/livez?tab=2`),
    ];
    const first = await ada.answer(one, 'ada');
    const before = cookieOf(ada);
    expect([first.url.search, await who(ada, url)]).toEqual(['?tab=1', 'u1']);
    const second = await ada.answer(other, 'ada');
    expect([second.url.search, await who(ada, url)]).toEqual(['?tab=2', 'u1']);
    expect(cookieOf(ada)).not.toBe(before);
    ada.setCookie('127.0.0.1', SESSION, before!);
    expect(await who(ada, url)).toBe(401);
  });

  it('as somebody else ends the session that was, though the browser comes back without its cookie', async () => {
    const visitor = new Visitor();
    await visitor.go(`${url}/bff/login`, 'ada');
    const before = cookieOf(visitor)!;
    await visitor.go(`${url}/bff/login?prompt=login`, 'grace');
    expect(await who(visitor, url)).toBe('u2');
    visitor.setCookie('127.0.0.1', SESSION, before);
    expect(await who(visitor, url)).toBe(401);
  });

  it('that is denied brings back to the page, with the reason, and leaves the session that was', async () => {
    const ada = new Visitor();
    await ada.go(`${url}/bff/login`, 'ada');
    const page = await ada.go(`${url}/bff/login?returnTo=/livez?a=1&prompt=login`, 'no');
    expect(page.url.pathname + page.url.search).toBe('/livez?a=1&error=access_denied');
    expect(await who(ada, url)).toBe('u1');
    const failed = opened.shop.logs.gateway.with({ audit: 'login.failed', kind: 'browser' });
    expect(failed.map(({ reason }) => reason)).toContain('access_denied');
  });

  it('that must not ask anything says so where it would have to', async () => {
    const page = await new Visitor().go(`${url}/bff/login?returnTo=/livez&prompt=none`);
    expect(page.url.search).toBe('?error=login_required');
  });

  it('may end at a page of an allowed origin, and of no other', async () => {
    const ada = new Visitor();
    const begun = await ada.upTo(`${url}/bff/login?returnTo=${encodeURIComponent(`${SHOP}/cart?a=1`)}`);
    expect((await ada.answer(begun, 'ada')).url.href).toBe(`${SHOP}/cart?a=1`);
    expect(await who(ada, url)).toBe('u1');
    for (const other of [`${SHOP}.evil.example/`, 'http://localhost:1/', `${SHOP}@evil.example/`]) {
      const page = await new Visitor().go(`${url}/bff/login?returnTo=${encodeURIComponent(other)}`);
      expect([other, page.status, page.headers.get('content-type')]).toEqual([
        other,
        422,
        'text/html; charset=utf-8',
      ]);
    }
  });

  it('that nobody here has begun shows a page, with a way to begin one', async () => {
    const page = await new Visitor().go(`${url}/bff/callback?code=x&state=y`);
    expect([page.status, page.text]).toEqual([401, expect.stringContaining('href="/bff/login"')]);
  });

  it('is shown among the sessions of its user', async () => {
    const ada = new Visitor();
    await ada.go(`${url}/bff/login`, 'ada');
    const { items } = (await (await ada.send(`${url}/v1/auth/sessions`)).json()) as { items: object[] };
    expect(items).toContainEqual(expect.objectContaining({ kind: 'BROWSER', isCurrent: true }));
  });
});
