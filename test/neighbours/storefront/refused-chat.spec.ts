import { it, jest } from '@jest/globals';
import { Client } from '#test/support/client';
import { enterRoom, post } from '#test/support/snippets/socket-io';
import { describeInBrowsers } from './open-shop.ts';

jest.setTimeout(120_000);

const MAX_STREAMS = 2;

describeInBrowsers(
  'a chat that is refused for now',
  { environment: { MAX_STREAMS_PER_CALLER: `${MAX_STREAMS}` } },
  (shop) => {
    /** A connection to the room of an order. */
    async function connected(name: 'ada' | 'grace') {
      const client = await Client.of(shop, name);
      const socket = enterRoom(
        shop.gateway.url,
        () => client.token!,
        'o8000',
        () => {},
      );
      if (!socket.connected) await new Promise<void>((resolve) => void socket.once('connect', resolve));
      return socket;
    }

    it('connects once there is a place, and has what was said', async () => {
      const elsewhere = await Promise.all(Array.from({ length: MAX_STREAMS }, () => connected('ada')));
      const ada = await shop.visitor();
      await ada.logIn();
      await ada.visit('/shop/orders/o8000/chat');
      await ada.reads('Messages are sent once it is back.');
      const support = await connected('grace');
      await post(support, 'o8000', 'Can I help?');
      for (const socket of elsewhere) socket.disconnect();
      await ada.reads('Connected.');
      await ada.until(`all('.message').some((one) => one.textContent.includes('Can I help?'))`);
      support.disconnect();
    });
  },
);
