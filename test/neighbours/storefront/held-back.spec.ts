/** @full `test/features/storefront-streaming.spec` holds what is rendered while a part is late. */
import { FaultProxy } from '#libs/testing';
import { unhurried } from '#test/support/unhurried';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import { describeInBrowsers } from './open-shop.ts';

jest.setTimeout(120_000);

const folder = mkdtempSync(join(tmpdir(), 'held-back-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The ways to the orders service, one for the gateway of each browser. */
const ways: FaultProxy[] = [];
afterAll(() => Promise.all(ways.map((way) => way.close())));

/** A gateway that reaches the orders service through a way that can hold everything back. */
async function heldBack() {
  const way = await FaultProxy.open({ target: '127.0.0.1:1' });
  ways.push(way);
  return { environment: { ...unhurried(folder), ORDERS_URL: way.address } };
}

describeInBrowsers('while an answer is held back, a page', heldBack, (shop) => {
  let way: FaultProxy;
  let front: FaultProxy;
  beforeAll(async () => {
    way = ways.at(-1)!;
    way.moveTo(shop.gateway.shop.addressOf('orders'));
    front = await FaultProxy.open({ target: new URL(shop.gateway.url).host });
  });
  afterEach(() => [way, front].forEach((one) => one.heal()));
  afterAll(() => front?.close());

  it('shows what was put into the cart', async () => {
    const ada = await shop.visitor({}, `http://${front.address}`);
    await ada.visit('/shop/products/p33');
    await ada.until(`all('[data-cart-count]')[0].textContent === '0'`);
    await ada.focus('form[data-cart-add] button');
    front.set({ halfOpen: true });
    await ada.tab.press('Enter');
    await ada.until(`all('[data-cart-count]')[0].textContent === '1'`);
    expect(await ada.valueOf(`all('[data-cart-status]')[0].textContent`)).toBe('');
    front.heal();
    await ada.reads('It is in your cart.');
    expect(await ada.count()).toBe('1');
  });

  it('says of a chat message that it is not sent, also while the connection seems to be there', async () => {
    const ada = await shop.visitor({}, `http://${front.address}`);
    await ada.logIn();
    await ada.visit('/shop/orders/o8000/chat');
    await ada.reads('Connected.');
    front.set({ halfOpen: true });
    await ada.write('#text', 'Is anybody there?');
    await ada.enter('form[data-chat-form] button');
    await ada.sees('.message.waiting .unsent');
    front.heal();
    await ada.until(`!all('.message.waiting').length`);
    await ada.visit('/shop/orders/o8000/chat');
    const texts = await ada.valueOf<string[]>(`all('.message p').map((one) => one.textContent)`);
    expect(texts).toEqual(['Is anybody there?']);
  });

  it('shows its other parts, also when it is loaded again meanwhile, and then all of them', async () => {
    const ada = await shop.visitor();
    await ada.logIn();
    await ada.sees('#recentOrders .order-row');
    way.set({ halfOpen: true });
    const isHeld = `all('slot[name="recentOrders"] .placeholder')[0]?.checkVisibility() && all('#recommendations .card').length`;
    // Where a browser waits for the end of the page, this fails once it is loaded again.
    const visiting = ada.visit('/shop').catch(() => {});
    await ada.until(`${isHeld} && document.readyState === 'loading'`);
    const reloading = ada.tab.reload();
    await ada.until(`${isHeld} && performance.getEntriesByType('navigation')[0].type === 'reload'`);
    expect(await ada.valueOf('document.readyState')).toBe('loading');
    way.heal();
    await ada.sees('#recentOrders .order-row');
    await ada.until(`document.readyState === 'complete'`);
    await Promise.all([visiting, reloading]);
  });
});
