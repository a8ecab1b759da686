import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { LostNetwork } from './lost-network.ts';
import { describeInBrowsers } from './open-shop.ts';

jest.setTimeout(120_000);

const CHAT = '/shop/orders/o8000/chat';
const WAYS = [
  ['nobody answers', 'lost'],
  ['a proxy answers 502', 'bad gateway'],
] as const;

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
