import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  openChromium,
  openFirefox,
  type Person,
  type PersonOptions,
  type RunningBrowser,
} from '#test/neighbours/identity/browsers';
import { ProviderGateway } from '#test/neighbours/identity/provider-gateway';
import { describeWith } from '#test/support/neighbours/describe-with';
import { chromium, firefox } from '#test/support/neighbours/programs';
import { buildStorefront } from '#tools/launcher/storefront';
import { afterAll, afterEach, beforeAll, describe } from '@jest/globals';
import { Visitor } from './visitor.ts';

/** What browsers log of a request that got no answer or was called off, and of a page with the status of an error. */
const EXPECTED =
  /Failed to load resource|NetworkError|ERR_|can’t establish a connection|was interrupted|favicon\.ico|A ServiceWorker intercepted/;

const BROWSERS = [
  ['Chromium', chromium, openChromium],
  ['Firefox', firefox, openFirefox],
] as const;

/** Opens a browser, as the one of the tests but for these options. */
export type OpenBrowser = (typeof BROWSERS)[number][2];

/** A shop with its storefront, and a browser. */
class OpenShop {
  gateway!: ProviderGateway;
  private browser!: RunningBrowser;
  private folder!: string;
  private readonly people: Person[] = [];
  private readonly visitors: Visitor[] = [];

  constructor(readonly openBrowser: OpenBrowser) {}

  async open(given: Given): Promise<void> {
    this.folder = await mkdtemp(join(tmpdir(), 'storefront-'));
    await buildStorefront(this.folder);
    const environment = { STOREFRONT_DIR: this.folder, NODE_ENV: 'test', ...given.environment };
    this.gateway = await ProviderGateway.open({ ...given, environment });
    this.browser = await this.openBrowser();
  }

  /** Somebody who has just opened a browser. @param url of the gateway, if it is another one */
  async visitor(options?: PersonOptions, url?: string): Promise<Visitor> {
    this.people.push(await this.browser.newPerson(options));
    return this.anotherTab(url);
  }

  /** Another tab of the newest visitor. */
  async anotherTab(url = this.gateway.url): Promise<Visitor> {
    const visitor = await Visitor.of(this.people.at(-1)!, url);
    this.visitors.push(visitor);
    return visitor;
  }

  /** Closes all tabs. @throws {Error} if a browser has logged an error, such as a violation of the policy or of Trusted Types */
  async leave(): Promise<void> {
    const logged = this.visitors.splice(0).flatMap(({ tab }) => tab.errors);
    await Promise.all(this.people.splice(0).map((person) => person.close()));
    const errors = logged.filter((error) => !EXPECTED.test(error));
    if (errors.length) throw new Error(`The browser has logged: ${errors.join('; ')}`);
  }

  async close(): Promise<void> {
    await this.browser?.close();
    await this.gateway?.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

type Given = NonNullable<Parameters<typeof ProviderGateway.open>[0]>;

/** Describes tests that run in each browser, each with a shop of its own. */
export function describeInBrowsers(
  title: string,
  given: Given | (() => Promise<Given>),
  tests: (shop: OpenShop) => void,
): void {
  describe.each(BROWSERS)(`${title} in %s`, (_name, program, open) => {
    describeWith([program], program.name, () => {
      const shop = new OpenShop(open);
      beforeAll(async () => shop.open(typeof given === 'function' ? await given() : given));
      afterEach(() => shop.leave());
      afterAll(() => shop.close());
      tests(shop);
    });
  });
}
