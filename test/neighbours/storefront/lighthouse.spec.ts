/**
 * @alone It prints how fast pages are.
 * @full Its figures need a quiet machine.
 */
import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLIENTS, type Front, openFront } from '#bench/storefront/front';
import { freePort } from '#libs/testing';
import { describeWith } from '#test/support/neighbours/describe-with';
import { chromium } from '#test/support/neighbours/programs';
import { Shop } from '#test/support/shop';
import { buildStorefront } from '#tools/launcher/storefront';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Category, Lighthouse, type Verdict } from './lighthouse.ts';
import { lighthouse as program } from './programs.ts';

jest.setTimeout(180_000);

const ACCOUNT = { email: 'ada@example.com', password: 'analytical-engine' };
const HELD: readonly Category[] = ['accessibility', 'best-practices', 'seo'];
const LEAST = 95;
/** What Core Web Vitals call good. */
const MAX_SHIFT = 0.1;
const PAGES = ['/shop', '/shop/products/p9', '/shop/search?q=lamp', '/shop/login'];

describeWith([program, chromium], 'Lighthouse', () => {
  let folder: string;
  let shop: Shop;
  let url: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'storefront-'));
    await buildStorefront(folder);
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    // Canonical links have an origin if the gateway knows its own.
    const environment = {
      PORT: `${port}`,
      PUBLIC_URL: url,
      CACHE: 'on',
      STOREFRONT_DIR: folder,
      NODE_ENV: 'test',
    };
    shop = await Shop.open(environment);
  });
  afterAll(async () => {
    await shop?.close();
    await rm(folder, { recursive: true, force: true });
  });

  describe('before the login', () => {
    let lighthouse: Lighthouse;
    beforeAll(async () => void (lighthouse = await Lighthouse.open()));
    afterAll(() => lighthouse?.close());

    it.each(PAGES)(`gives %s ${LEAST} of 100 at least for accessibility, best practices and SEO`, async (path) => {
      const verdict = await lighthouse.audit(url + path, [...HELD, 'performance']);
      print(path, verdict);
      const held = HELD.map((category) => [category, verdict.scores[category]! >= LEAST]);
      expect(Object.fromEntries(held)).toEqual(Object.fromEntries(HELD.map((category) => [category, true])));
    });
  });

  describe('after the login', () => {
    let lighthouse: Lighthouse;
    let front: Front;
    let base: string;
    beforeAll(async () => {
      const [sheet] = globSync(join(folder, 'home-*.css'));
      front = await openFront(url, readFileSync(sheet!, 'utf8'));
      base = `http://127.0.0.1:${front.port}`;
      lighthouse = await Lighthouse.open();
      await lighthouse.logIn(base, ACCOUNT);
    });
    afterAll(async () => {
      await lighthouse?.close();
      await front?.close();
    });

    it('finds what has arrived of the start page in its place, beside the same page made in the browser', async () => {
      const audit = async (path: string) => {
        const verdict = await lighthouse.audit(base + path, ['performance']);
        print(`${path}, a customer's`, verdict);
        return verdict;
      };
      const page = await audit('/shop');
      for (const client of CLIENTS) await audit(`/client/${client}`);
      expect(page.figure('cumulative-layout-shift')).toBeLessThan(MAX_SHIFT);
    });
  });
});

/** Prints the scores, the figures of the performance, and each audit of the other categories that failed. */
function print(page: string, { scores, failures, figure }: Verdict): void {
  const all = Object.entries(scores).map(([category, score]) => `${category} ${score}`);
  const figures = [
    `largest paint ${figure('largest-contentful-paint').toFixed(0)} ms`,
    `blocked ${figure('total-blocking-time').toFixed(0)} ms`,
    `layout shift ${figure('cumulative-layout-shift').toFixed(3)}`,
    `${(figure('total-byte-weight') / 1_000).toFixed(1)} kB`,
  ];
  const failed = failures.filter((failure) => !failure.startsWith('performance'));
  process.stdout.write(`${[`${page}: ${[...all, ...figures].join(', ')}`, ...failed].join('\n  ')}\n`);
}
