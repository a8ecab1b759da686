import { afterAll, describe, expect, it } from '@jest/globals';
import { PageVisitor } from '#test/support/page-visitor';
import { ProviderShop } from '#test/support/provider-shop';

const opened = await ProviderShop.open();
const { shop, provider } = opened;
afterAll(() => opened.close());

/** The visitor follows the link to the provider, and comes back with this answer of it. */
async function atProvider(next: string, answer: (location: string) => Promise<string>) {
  const visitor = PageVisitor.at(shop);
  const page = await visitor.go(`/shop/login?next=${encodeURIComponent(next)}`);
  const link = /href="(\/bff\/login\?[^"]*)"/.exec(page.text)![1]!.replaceAll('&amp;', '&');
  const away = await visitor.send(link);
  return { visitor, back: await visitor.go(await answer(away.headers.get('location')!)) };
}

const denied = async (location: string) => {
  const state = new URL(location).searchParams.get('state')!;
  return `/bff/callback?${new URLSearchParams({ error: 'access_denied', state, iss: provider.url })}`;
};

describe('a visitor of the shop who logs in at the provider', () => {
  it('gets to the page that they wanted', async () => {
    const { back } = await atProvider('/shop/account?a=1', (location) => provider.cameBack(location));
    expect([back.status, back.path]).toEqual([200, '/shop/account?a=1']);
    expect(back.text).not.toContain('The login at your provider has failed.');
  });

  it('and is refused there reads so, and can try again', async () => {
    const { visitor, back } = await atProvider('/shop/account', denied);
    expect([back.status, back.text.includes('The login at your provider has failed.')]).toEqual([200, true]);
    const again = /href="(\/bff\/login\?[^"]*)"/.exec(back.text)![1]!.replaceAll('&amp;', '&');
    const { headers } = await visitor.send(again);
    const next = await visitor.go(await provider.cameBack(headers.get('location')!));
    expect(next.path).toBe('/shop/account');
  });
});
