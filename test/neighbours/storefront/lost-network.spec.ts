/** @full It loses networks for a minute and more; `storefront.spec` holds the pages with one. */
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { Client } from '#test/support/client';
import { enterRoom, post } from '#test/support/snippets/socket-io';
import { LostNetwork } from './lost-network.ts';
import { describeInBrowsers } from './open-shop.ts';

jest.setTimeout(120_000);

const CHAT = '/shop/orders/o8000/chat';
/** More than one answer to a returning client has, and as many as come while it reads those. */
const [MISSED, COMING] = [150, 50];
const WAYS = [
  ['nobody answers', 'lost'],
  ['a proxy answers 502', 'bad gateway'],
] as const;

/** Fills the memory of connection state recovery, by a room where nobody is. */
async function talkElsewhere(url: string, token: string, orderId: string): Promise<void> {
  const speak = async () => {
    const socket = enterRoom(
      url,
      () => token,
      orderId,
      () => {},
    );
    for (let n = 0; n < 180; n += 1) await post(socket, orderId, 'x'.repeat(2_000));
    socket.disconnect();
  };
  await Promise.all(Array.from({ length: 6 }, speak));
}

describeInBrowsers('a lost network', { services: { ORDER_STEP_MS: '1500' } }, (shop) => {
  let network: LostNetwork;
  beforeEach(async () => void (network = await LostNetwork.open(Number(new URL(shop.gateway.url).port))));
  afterEach(() => network.close());

  it('has a notice, and a page that is kept for it', async () => {
    const ada = await shop.visitor({}, network.url);
    await ada.logIn();
    await ada.keepsOfflinePage();
    await ada.visit('/shop/orders/o8000');
    network.lose();
    const other = await shop.anotherTab(network.url);
    await other.visitOffline('/shop/orders/o8000', 'You are offline');
    await ada.look();
    await ada.visit('/shop/cart').catch(() => {});
    await ada.reads('You are offline');
    network.find();
    await other.look();
    await other.tab.reload();
    await other.sees('.lines');
  });

  it.each(WAYS)('misses no event of an order, and gets none twice, where %s', async (_, way) => {
    const ada = await shop.visitor({}, network.url);
    await ada.logIn();
    const order = await ada.buy('p45');
    await ada.sees('li[data-step="PAID"][aria-current]');
    const refused = way === 'bad gateway' && network.refusesStream;
    network.lose(way);
    await ada.reads('The connection is lost. This page goes on once it is back.');
    if (way === 'lost') await ada.sees('[data-offline]');
    // The browser does not open the stream again after that: the script does.
    await refused;
    network.find();
    await ada.sees('li[data-step="DELIVERED"][aria-current]');
    await ada.until(`all('[data-offline]')[0].hidden`);
    const streams = network.streams.filter(({ path }) => path === `/v1${order.replace('/shop', '')}/events`);
    const [first, ...resumed] = streams;
    const received = streams.flatMap(({ ids }) => ids);
    expect(first!.after).toBeUndefined();
    expect(resumed.length).toBeGreaterThan(0);
    // Each goes on after the last event of those before.
    expect(resumed.map(({ after }) => after)).toEqual(
      resumed.map((_stream, index) =>
        streams
          .slice(0, index + 1)
          .flatMap(({ ids }) => ids)
          .at(-1),
      ),
    );
    expect(received).toEqual(['1', '2', '3', '4', '5']);
  });

  it.each(WAYS)(
    'keeps a message of the chat, says that it is not sent, and sends it once, where %s',
    async (_, way) => {
      const ada = await shop.visitor({}, network.url);
      await ada.logIn();
      await ada.visit(CHAT);
      await ada.reads('Connected.');
      network.lose(way);
      await ada.reads('Messages are sent once it is back.');
      const [first, second] = [`Is it lost? ${way}`, `Or late? ${way}`];
      await ada.focus('#text');
      for (const text of [first, second]) {
        // The field has the focus again after each message.
        await ada.tab.write(text);
        await ada.enter('form[data-chat-form] button');
        await ada.until(`all('.message.waiting').at(-1)?.textContent.includes(${JSON.stringify(text)})`);
      }
      expect(await ada.valueOf(`all('.message .unsent').map((one) => one.textContent)`)).toEqual(
        Array(2).fill('Not sent yet. It is tried again …'),
      );
      network.find();
      await ada.until(`!all('.message.waiting').length`);
      await ada.reads('Connected.');
      expect(await ada.valueOf(`all('.message .unsent').length`)).toBe(0);
      // As the gateway has them.
      await ada.visit(CHAT);
      const texts = await ada.valueOf<string[]>(`all('.message p').map((one) => one.textContent)`);
      expect(texts.filter((text) => text.endsWith(way))).toEqual([first, second]);
    },
  );

  it('has each message in order, of many that came without it and of those that come as it is back', async () => {
    const ada = await shop.visitor({}, network.url);
    await ada.logIn();
    await ada.visit(CHAT);
    await ada.reads('Connected.');
    const grace = await Client.of(shop, 'grace');
    const support = enterRoom(
      shop.gateway.url,
      () => grace.token!,
      'o8000',
      () => {},
    );
    network.lose();
    await ada.reads('Messages are sent once it is back.');
    // Recovery of the connection would replay them, too: it keeps 4 MiB of all rooms.
    const customer = await Client.of(shop, 'ada');
    const { body } = await customer.post('/v1/orders', { lines: [{ productId: 'p1', quantity: 1 }] });
    await talkElsewhere(shop.gateway.url, grace.token!, body.id);
    const all = Array.from({ length: MISSED + COMING }, (_, n) => `Answer ${n}`);
    for (const text of all.slice(0, MISSED)) await post(support, 'o8000', text);
    network.find();
    for (const text of all.slice(MISSED)) await post(support, 'o8000', text);
    await ada.until(`all('.message').some((one) => one.textContent.includes('${all.at(-1)}'))`);
    await ada.reads('Connected.');
    const texts = await ada.valueOf<string[]>(`all('.message p').map((one) => one.textContent)`);
    expect(texts.filter((text) => text.startsWith('Answer '))).toEqual(all);
    support.disconnect();
  });

  it('loses no message whose page was left before it could be sent', async () => {
    const ada = await shop.visitor({}, network.url);
    await ada.logIn();
    await ada.visit(CHAT);
    await ada.reads('Connected.');
    network.lose();
    await ada.write('#text', 'Are you there?');
    await ada.enter('form[data-chat-form] button');
    await ada.sees('.message .unsent');
    await ada.tab.goto('about:blank');
    network.find();
    await ada.visit('/shop');
    await ada.visit(CHAT);
    await ada.reads('Are you there?');
    await ada.until(`!all('.message.waiting').length`);
    const clientId = await ada.valueOf<string>(`all('.message').at(-1).dataset.clientId`);
    expect(await ada.valueOf('sessionStorage.length')).toBe(0);
    // As if it had been stored, and its acknowledgement lost with the page.
    const kept = JSON.stringify([{ clientId, text: 'Are you there?' }]);
    await ada.valueOf(`void sessionStorage.setItem('chat u1 o8000', ${JSON.stringify(kept)})`);
    await ada.visit(CHAT);
    await ada.until(`!sessionStorage.length && !all('.message.waiting').length`);
    const texts = await ada.valueOf<string[]>(`all('.message p').map((one) => one.textContent)`);
    expect(texts.filter((text) => text === 'Are you there?')).toHaveLength(1);
  });
});
