import { certificateFiles } from '#test/support/certificate';
import { describeWith } from '#test/support/neighbours/describe-with';
import { chromium, firefox } from '#test/support/neighbours/programs';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { openChromium, openFirefox, type RunningBrowser, type Tab } from './browsers.ts';
import { ProviderGateway } from './provider-gateway.ts';

jest.setTimeout(120_000);

const STREAMS = 8;

describe.each([
  ['Chromium', chromium, openChromium],
  ['Firefox', firefox, openFirefox],
] as const)('names and protocols', (_name, program, open) => {
  describeWith([program], program.name, () => {
    const certificate = certificateFiles();
    let browser: RunningBrowser;
    beforeAll(async () => {
      browser = await open();
    });
    afterAll(async () => {
      await browser?.close();
      certificate.remove();
    });

    /** Logs ada in, as her page sees it. @param use what is done then */
    async function loggedIn(opened: ProviderGateway, use = async (_tab: Tab) => {}): Promise<void> {
      try {
        const person = await browser.newPerson();
        const tab = await person.newTab();
        await tab.goto(`${opened.url}/bff/login?returnTo=/docs/`);
        await tab.type('[name=email]', 'ada@example.com');
        await tab.type('[name=password]', 'analytical-engine');
        await tab.click('button[value=yes]');
        await tab.received(`${opened.url}/docs/`);
        const send = () => fetch('/v1/me', { headers: { 'X-CSRF': '1' } }).then(({ status }) => status);
        expect(await tab.evaluate(send, undefined)).toBe(200);
        await use(tab);
        await person.close();
      } finally {
        await opened.close();
      }
    }

    it.each([
      ['http://localhost, the provider on another site', { gateway: 'localhost', provider: '127.0.0.1' }],
      ['http://127.0.0.1, the provider on the same site', { gateway: '127.0.0.1', provider: '127.0.0.1' }],
    ])('keeps the cookies of a gateway on %s', async (_, hosts) => {
      await loggedIn(await ProviderGateway.open({ hosts }));
    });

    it('has eight streams at once with a cookie over HTTPS, where there is HTTP/2', async () => {
      const hosts = { gateway: 'localhost', provider: '127.0.0.1' };
      const opened = await ProviderGateway.open({ hosts, environment: certificate.files });
      await loggedIn(opened, async (tab) => {
        const [states, protocol] = await tab.evaluate(async (count) => {
          const opening = Array.from({ length: count }, () => {
            const events = new EventSource('/v1/events');
            return new Promise<number>((resolve) => {
              events.addEventListener('open', () => resolve(events.readyState));
              events.addEventListener('error', () => resolve(-1));
            });
          });
          const all = await Promise.all(opening);
          // A ninth request is answered beside them.
          const answer = await fetch('/v1/me', { headers: { 'X-CSRF': '1' } });
          const [entry] = performance.getEntriesByType('navigation' as never) as unknown as {
            nextHopProtocol: string;
          }[];
          return [[...all, answer.status], entry!.nextHopProtocol] as const;
        }, STREAMS);
        expect(states).toEqual([...Array.from({ length: STREAMS }, () => 1), 200]);
        expect(protocol).toBe('h2');
      });
    });
  });
});
