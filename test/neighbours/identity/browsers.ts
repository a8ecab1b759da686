import { CHROMIUM, FIREFOX } from '#test/support/neighbours/programs';
import { chromium } from 'playwright-core';
import puppeteer from 'puppeteer-core';

/** A tab of a browser, as far as tests need one. */
export interface Tab {
  goto(url: string): Promise<unknown>;
  goBack(): Promise<unknown>;
  type(selector: string, text: string): Promise<unknown>;
  click(selector: string): Promise<unknown>;
  text(selector: string): Promise<string>;
  /** Resolves when it shows this address. */
  received(url: string): Promise<unknown>;
  evaluate<Argument, Result>(script: (argument: Argument) => Result, argument: Argument): Promise<Awaited<Result>>;
  /** Runs the text of a script, whatever the policy of the page says. */
  run(script: string): Promise<unknown>;
  /** The addresses that it has asked for. */
  readonly requested: string[];
}

/** Somebody with cookies of their own. */
export interface Person {
  newTab(): Promise<Tab>;
  /** The value of a cookie that a page of this address would be sent with. */
  cookie(url: string, name: string): Promise<string | undefined>;
  close(): Promise<void>;
}

/** A browser that runs. */
export interface RunningBrowser {
  newPerson(): Promise<Person>;
  close(): Promise<void>;
}

const WAIT_MS = 30_000;

/** Chromium, driven by playwright-core. Without its sandbox: as root, as which tests run in containers, it has none. */
export async function openChromium(): Promise<RunningBrowser> {
  const args = ['--no-sandbox', '--disable-dev-shm-usage'];
  const browser = await chromium.launch({ executablePath: CHROMIUM, args });
  return {
    async newPerson() {
      const context = await browser.newContext({ ignoreHTTPSErrors: true });
      return {
        async newTab() {
          const page = await context.newPage();
          const requested: string[] = [];
          page.on('request', (request) => requested.push(request.url()));
          return {
            requested,
            goto: (url) => page.goto(url, { waitUntil: 'domcontentloaded' }),
            goBack: () => page.goBack(),
            type: (selector, text) => page.fill(selector, text),
            click: (selector) => page.click(selector),
            text: async (selector) => (await page.textContent(selector, { timeout: WAIT_MS })) ?? '',
            // What else a page loads does not matter here.
            received: (url) => page.waitForURL(url, { timeout: WAIT_MS, waitUntil: 'domcontentloaded' }),
            evaluate: (script, argument) => page.evaluate(script as never, argument as never),
            // Its value may be what cannot leave the page.
            run: (script) => page.evaluate(`${script}\n;undefined`),
          };
        },
        async cookie(url, name) {
          return (await context.cookies(url)).find((one) => one.name === name)?.value;
        },
        close: () => context.close(),
      };
    },
    close: () => browser.close(),
  };
}

/** Firefox, driven by puppeteer-core over WebDriver BiDi. */
export async function openFirefox(): Promise<RunningBrowser> {
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: FIREFOX,
    headless: true,
    acceptInsecureCerts: true,
  });
  return {
    async newPerson() {
      const context = await browser.createBrowserContext();
      return {
        async newTab() {
          const page = await context.newPage();
          const requested: string[] = [];
          page.on('request', (request) => requested.push(request.url()));
          return {
            requested,
            goto: (url) => page.goto(url),
            goBack: () => page.goBack(),
            // A tab in the background draws nothing, and locators wait until an element stands still.
            async type(selector, text) {
              await page.bringToFront();
              await page.locator(selector).fill(text);
            },
            async click(selector) {
              await page.bringToFront();
              await page.locator(selector).click();
            },
            async text(selector) {
              const element = await page.waitForSelector(selector, { timeout: WAIT_MS });
              return element!.evaluate(({ textContent }) => textContent ?? '');
            },
            async received(url) {
              const until = performance.now() + WAIT_MS;
              while (page.url() !== url) {
                if (performance.now() > until) throw new Error(`it shows ${page.url()}, and not ${url}`);
                await new Promise((resolve) => void setTimeout(resolve, 50));
              }
              await page.waitForSelector('body');
            },
            evaluate: (script, argument) => page.evaluate(script as never, argument as never),
            // Its value may be what cannot leave the page.
            run: (script) => page.evaluate(`${script}\n;undefined`),
          };
        },
        async cookie(url, name) {
          const { hostname } = new URL(url);
          const all = await context.cookies();
          return all.find((one) => one.domain === hostname && one.name === name)?.value;
        },
        close: () => context.close(),
      };
    },
    close: () => browser.close(),
  };
}
