import { CHROMIUM, FIREFOX } from '#test/support/neighbours/programs';
import { chromium } from 'playwright-core';
import puppeteer, { type KeyInput } from 'puppeteer-core';

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
  /** The value of an expression, whatever the policy of the page says. */
  valueOf<Value>(expression: string): Promise<Value>;
  /** Presses a key, by its name in UI Events. */
  press(key: string): Promise<unknown>;
  /** Presses a key while Control is held. */
  pressWithControl(key: string): Promise<unknown>;
  /** Types a text into what has the focus. */
  write(text: string): Promise<unknown>;
  /** Makes it the tab that is seen. */
  show(): Promise<unknown>;
  /** Loads the page again. */
  reload(): Promise<unknown>;
  close(): Promise<unknown>;
  /** The addresses that it has asked for. */
  readonly requested: string[];
  /** What the browser has logged of its pages as an error. */
  readonly errors: string[];
}

/** Somebody with cookies of their own. */
export interface Person {
  newTab(): Promise<Tab>;
  /** The value of a cookie that a page of this address would be sent with. */
  cookie(url: string, name: string): Promise<string | undefined>;
  close(): Promise<void>;
}

/** How somebody uses a browser. */
export interface PersonOptions {
  /** The width of windows, in pixels. */
  width?: number;
}

/** How a browser is set. */
export interface BrowserOptions {
  /** Whether pages may run scripts; by default they may. */
  hasScripts?: boolean;
  isDark?: boolean;
  /** The languages that it asks for. */
  language?: string;
}

/** A browser that runs. */
export interface RunningBrowser {
  newPerson(options?: PersonOptions): Promise<Person>;
  close(): Promise<void>;
}

const HEIGHT = 900;

const WAIT_MS = 30_000;

/** Chromium, driven by playwright-core. Without its sandbox: as root, as which tests run in containers, it has none. */
export async function openChromium({
  isDark,
  language,
  hasScripts = true,
}: BrowserOptions = {}): Promise<RunningBrowser> {
  const args = ['--no-sandbox', '--disable-dev-shm-usage'];
  const browser = await chromium.launch({ executablePath: CHROMIUM, args });
  return {
    async newPerson({ width = 1280 } = {}) {
      const context = await browser.newContext({
        ignoreHTTPSErrors: true,
        colorScheme: isDark ? 'dark' : 'light',
        javaScriptEnabled: hasScripts,
        viewport: { width, height: HEIGHT },
        ...(language ? { locale: language } : {}),
      });
      return {
        async newTab() {
          const page = await context.newPage();
          const requested: string[] = [];
          const errors: string[] = [];
          page.on('request', (request) => requested.push(request.url()));
          page.on('pageerror', (error) => errors.push(error.message));
          page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
          return {
            requested,
            errors,
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
            valueOf: (expression) => page.evaluate(expression),
            press: (key) => page.keyboard.press(key),
            pressWithControl: (key) => page.keyboard.press(`Control+${key}`),
            write: (text) => page.keyboard.type(text),
            show: () => page.bringToFront(),
            reload: () => page.reload({ waitUntil: 'domcontentloaded' }),
            close: () => page.close(),
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

/** A key as puppeteer-core takes it. Its Enter is that of the number pad (WebDriver, section 17.4.2), which some pages tell apart. */
const keyOf = (key: string): KeyInput => (key === 'Enter' ? '\uE006' : key) as KeyInput;

/** Firefox, driven by puppeteer-core over WebDriver BiDi. */
export async function openFirefox({
  isDark,
  language,
  hasScripts = true,
}: BrowserOptions = {}): Promise<RunningBrowser> {
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: FIREFOX,
    headless: true,
    acceptInsecureCerts: true,
    extraPrefsFirefox: {
      'ui.systemUsesDarkTheme': isDark ? 1 : 0,
      'javascript.enabled': hasScripts,
      ...(language ? { 'intl.accept_languages': language } : {}),
    },
  });
  return {
    async newPerson({ width = 1280 } = {}) {
      const context = await browser.createBrowserContext();
      return {
        async newTab() {
          const page = await context.newPage();
          const requested: string[] = [];
          const errors: string[] = [];
          await page.setViewport({ width, height: HEIGHT });
          page.on('request', (request) => requested.push(request.url()));
          page.on('pageerror', (error) => errors.push(String(error)));
          page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
          return {
            requested,
            errors,
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
            valueOf: (expression) => page.evaluate(expression) as Promise<never>,
            press: (key) => page.keyboard.press(keyOf(key)),
            async pressWithControl(key) {
              await page.keyboard.down('Control');
              await page.keyboard.press(keyOf(key));
              await page.keyboard.up('Control');
            },
            write: (text) => page.keyboard.type(text),
            show: () => page.bringToFront(),
            reload: () => page.reload({ waitUntil: 'domcontentloaded' }),
            close: () => page.close(),
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
