import { describeWith } from '#test/support/neighbours/describe-with';
import { chromium, firefox } from '#test/support/neighbours/programs';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { io as connect } from 'socket.io-client';
import { blankPage, libraryText } from './blank-page.ts';
import { logIn, whoIs } from './browser-login.ts';
import { openChromium, openFirefox, type RunningBrowser, type Tab } from './browsers.ts';
import { ProviderGateway } from './provider-gateway.ts';

jest.setTimeout(120_000);

/** An order of ada. */
const ORDER = 'o8000';
const SOCKET_IO = await libraryText('socket.io-client/dist/socket.io.min.js');
type Page = Awaited<ReturnType<typeof blankPage>>;

/** What a page of the tab hears: of Socket.IO who is in the room and what is said there, or why it is not let in. */
const chat = (tab: Tab, url: string) =>
  tab.evaluate(
    async ({ at, orderId }) => {
      const { io } = globalThis as unknown as { io: typeof connect };
      const socket = io(at, { transports: ['websocket'], withCredentials: true, reconnection: false });
      const refusal = await new Promise<string | undefined>((resolve) => {
        socket.on('connect', () => resolve(undefined));
        socket.on('connect_error', ({ message }) => resolve(message));
      });
      if (refusal !== undefined) return { refusal };
      const joined = (await socket.emitWithAck('join', { orderId })) as { data?: { members: { id: string }[] } };
      const message = { orderId, clientId: crypto.randomUUID(), text: 'From a page' };
      const text = (await socket.emitWithAck('message', message)) as { data?: { text: string } };
      socket.close();
      return { members: joined.data?.members.map(({ id }) => id), text: text.data?.text };
    },
    { at: url, orderId: ORDER },
  );

/** Whether a stream of events opens, and how a GraphQL socket answers. */
const streams = (tab: Tab, url: string) =>
  tab.evaluate(async (at) => {
    const events = new EventSource(`${at}/v1/events`, { withCredentials: true });
    const opens = await new Promise<boolean>((resolve) => {
      events.addEventListener('open', () => resolve(true));
      events.addEventListener('error', () => resolve(false));
    });
    events.close();
    const socket = new WebSocket(`${at.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    socket.addEventListener('open', () => socket.send('{"type":"connection_init"}'));
    const answer = await new Promise<string>((resolve) => {
      socket.addEventListener('message', ({ data }) => resolve(String(data)));
      socket.addEventListener('close', () => resolve('closed'));
    });
    socket.close();
    return { opens, answer };
  }, url);

describe.each([
  ['Chromium', chromium, openChromium],
  ['Firefox', firefox, openFirefox],
] as const)('Socket.IO with the cookie of a login at oidc-provider', (_name, program, open) => {
  describeWith([program], program.name, () => {
    let browser: RunningBrowser;
    let [shop, stranger]: Page[] = [];
    let opened: ProviderGateway;
    let url: string;
    beforeAll(async () => {
      [shop, stranger] = [await blankPage(), await blankPage()];
      opened = await ProviderGateway.open({ environment: { CORS_ORIGINS: shop.origin } });
      url = opened.url;
      browser = await open();
    });
    afterAll(async () => {
      await browser?.close();
      await opened?.close();
      await Promise.all([shop?.close(), stranger?.close()]);
    });

    it.each([
      ['its own origin', () => `${url}/docs/`],
      ['another allowed origin of the site', () => shop!.origin],
    ])('is open to a page of %s', async (_, address) => {
      const person = await browser.newPerson();
      const tab = await logIn(person, url, 'ada@example.com');
      await tab.goto(address());
      await tab.run(SOCKET_IO);
      expect(await chat(tab, url)).toEqual({ members: ['u1'], text: 'From a page' });
      await person.close();
    });

    it('is closed to a page of a third origin, though the browser sends the cookie, as are streams', async () => {
      const person = await browser.newPerson();
      const tab = await logIn(person, url, 'ada@example.com');
      expect(await streams(tab, url)).toEqual({ opens: true, answer: '{"type":"connection_ack"}' });
      await tab.goto(stranger!.origin);
      await tab.run(SOCKET_IO);
      expect(await chat(tab, url)).toEqual({ refusal: expect.any(String) });
      const { opens, answer } = await streams(tab, url);
      expect([opens, answer]).toEqual([false, 'closed']);
      await tab.goto(`${url}/docs/`);
      expect(await whoIs(tab, url)).toBe('u1');
      await person.close();
    });

    it('is closed to somebody who has not logged in', async () => {
      const person = await browser.newPerson();
      const tab = await person.newTab();
      await tab.goto(`${url}/docs/`);
      await tab.run(SOCKET_IO);
      expect(await chat(tab, url)).toEqual({ refusal: expect.any(String) });
      await person.close();
    });
  });
});
