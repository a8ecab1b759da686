import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, jest } from '@jest/globals';
import { describeInBrowsers } from './open-shop.ts';
import { Visitor } from './visitor.ts';

jest.setTimeout(120_000);

describeInBrowsers('the storefront', { services: { ORDER_STEP_MS: '1500' } }, (shop) => {
  const sell = async (ada: Visitor) => {
    await ada.logIn();
    const order = await ada.buy('p9');
    await ada.reads('Thank you!');
    expect(await ada.valueOf(`all('.lines tbody td')[0].textContent.trim()`)).toBe('1');
    await ada.visit('/shop/orders');
    await ada.enter(`a[href="${order}"]`);
    await ada.sees('ol.progress li[aria-current="step"]');
    await ada.visit('/shop/cart');
    await ada.reads('Your cart is empty.');
  };

  it('reads only the statuses of listed orders again once their stream is open', async () => {
    const ada = await shop.visitor();
    await ada.logIn();
    await ada.visit('/shop/orders');
    // No order has moved yet: no event has come, and the next stream resumes nothing.
    await ada.valueOf(`all('[data-status]')[0].textContent = ''`);
    await ada.valueOf(`document.dispatchEvent(new Event('visibilitychange'))`);
    await ada.until(`all('[data-status]')[0].textContent !== ''`);
    const reads = `performance.getEntriesByName(location.href).filter((one) => one.initiatorType === 'xmlhttprequest')`;
    expect(await ada.valueOf(`${reads}.length`)).toBe(0);
  });

  it('knows somebody who comes back by a link of another site', async () => {
    const ada = await shop.visitor();
    await ada.logIn();
    const link = `<!doctype html><title>Mail</title><a href="${shop.gateway.url}/shop/orders">Your orders</a>`;
    const mail = createServer((_, response) => void response.setHeader('content-type', 'text/html').end(link));
    await once(mail.listen(0), 'listening');
    // Another site than 127.0.0.1.
    await ada.tab.goto(`http://localhost:${(mail.address() as AddressInfo).port}/`);
    await ada.enter('a');
    await ada.sees('[data-status]');
    mail.close();
  });

  it('sells something to somebody with a keyboard', async () => {
    await sell(await shop.visitor());
  });

  it('sells something to somebody with a keyboard whose browser runs no scripts', async () => {
    const plain = await shop.openBrowser({ hasScripts: false });
    try {
      await sell(await Visitor.of(await plain.newPerson(), shop.gateway.url));
    } finally {
      await plain.close();
    }
  });

  it('moves an order before the eyes of its customer', async () => {
    const ada = await shop.visitor();
    await ada.logIn();
    await ada.buy('p21');
    await ada.sees('li[data-step="PLACED"][aria-current]');
    await ada.reads('This page follows your order.');
    await ada.sees('li[data-step="PACKED"][aria-current]');
    await ada.reads('Your order is now: Packed.');
    await ada.sees('li[data-step="DELIVERED"][aria-current]');
  });

  it('shows what is in the cart at once, and takes it back if it is refused', async () => {
    const ada = await shop.visitor();
    await ada.add('p33');
    await ada.reads('It is in your cart.');
    expect(await ada.count()).toBe('1');
    // A cart holds 99 of a product.
    await ada.valueOf(`(all('#quantity')[0].value = '99')`);
    await ada.tab.press('Enter');
    await ada.reads('It could not be put into your cart.');
    expect(await ada.count()).toBe('1');
  });

  it('changes the cart, and shows its new total', async () => {
    const ada = await shop.visitor();
    await ada.add('p33');
    await ada.reads('It is in your cart.');
    await ada.visit('/shop/cart');
    await ada.sees('form[data-cart-line]');
    const before = await ada.valueOf<string>(`all('tfoot td')[0].textContent`);
    await ada.write('input[name="quantity"]', '2');
    await ada.tab.press('Enter');
    await ada.until(`all('tfoot td')[0].textContent !== ${JSON.stringify(before)}`);
    await ada.until(`all('[data-cart-count]')[0].textContent !== '1'`);
    await ada.enter('button[value="0"]');
    await ada.reads('Your cart is empty.');
  });

  it('lets somebody log in at the provider, and brings them to the page that they wanted', async () => {
    const ada = await shop.visitor();
    await ada.visit('/shop/orders');
    await ada.enter('a[href^="/bff/login"]');
    await ada.until(`location.origin !== ${JSON.stringify(shop.gateway.url)} && all('[name=password]').length`);
    await ada.write('[name=email]', 'ada@example.com');
    await ada.write('[name=password]', 'analytical-engine');
    await ada.enter('button[value=yes]');
    await ada.until(`location.pathname === '/shop/orders' && all('.order-row').length`);
    await ada.visit('/shop/account');
    await ada.enter('form[action="/shop/logout"] button');
    await ada.reads('You are logged out.');
  });

  it('survives a service: home lacks the orders, browsing goes on, checkout says sorry', async () => {
    const ada = await shop.visitor();
    await ada.logIn();
    await ada.add('p9');
    await ada.until(`all('[data-cart-count]')[0].textContent !== '0'`);
    await shop.gateway.shop.stop('orders');
    try {
      await ada.visit('/shop');
      await ada.sees('#recentOrders.missing');
      await ada.sees('#recommendations .card');
      await ada.visit('/shop/checkout');
      await ada.enter('form[action="/shop/checkout"] button');
      await ada.reads('orders cannot be placed at the moment');
      await ada.enter('main a[href="/shop/cart"]');
      await ada.sees('form[data-cart-line]');
    } finally {
      await shop.gateway.shop.start('orders');
    }
  });

  it('keeps two tabs, the back button and a reload of a page that is still being sent in order', async () => {
    const ada = await shop.visitor();
    await ada.logIn();
    const other = await shop.anotherTab();
    await other.add('p57');
    await ada.look();
    await ada.visit('/shop/search?q=lamp');
    await ada.until(`all('[data-cart-count]')[0].textContent === '1'`);
    await ada.enter('.card-link');
    await ada.until(`location.pathname.startsWith('/shop/products/')`);
    await ada.valueOf('history.back()');
    await ada.until(`location.pathname === '/shop/search' && all('.card').length > 5`);
    await ada.enter('a.brand');
    await ada.sees('#recommendations .card');
    for (let times = 0; times < 5; times += 1) await Promise.allSettled([ada.tab.reload(), ada.tab.reload()]);
    await ada.visit('/shop');
    await ada.sees('#recommendations .card');
    await ada.sees('#recentOrders .order-row');
  });

  it('asks for a login in all tabs once somebody has logged out in one', async () => {
    const ada = await shop.visitor();
    await ada.logIn();
    await ada.buy('p33');
    await ada.reads('This page follows your order.');
    const other = await shop.anotherTab();
    await other.visit('/shop/account');
    await other.enter('form[action="/shop/logout"] button');
    await other.sees('#account a[href="/shop/login"]');
    await ada.look();
    await ada.sees('form[action="/shop/login"]');
    expect(await ada.valueOf(`location.pathname.startsWith('/shop/orders/')`)).toBe(true);
  });

  it('has a chat whose messages are there at once, in both tabs', async () => {
    const ada = await shop.visitor();
    await ada.logIn();
    const other = await shop.anotherTab();
    for (const tab of [ada, other]) {
      await tab.visit('/shop/orders/o8000/chat');
      await tab.reads('Connected.');
    }
    await ada.look();
    await ada.write('#text', 'Is <b>it</b> on its way?');
    await ada.enter('form[data-chat-form] button');
    await other.reads('Is <b>it</b> on its way?');
    await ada.reads('Is <b>it</b> on its way?');
    await ada.until(`!all('.message.waiting').length && all('.message').length >= 1`);
  });

  it('has an assistant whose answer arrives word by word', async () => {
    const ada = await shop.visitor();
    await ada.logIn();
    await ada.visit('/shop/assistant');
    await ada.write('#question', 'Where is my parcel?');
    await ada.enter('form[data-assistant] button:not([data-stop])');
    await ada.until(
      `!all('output')[0].hasAttribute('aria-busy') && all('output')[0].textContent.includes('Your newest order')`,
    );
  });
});
