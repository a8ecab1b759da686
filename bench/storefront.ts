// npm run bench:storefront: the home page of somebody who is logged in, beside the same page made by three client-side fetches,
// in Chromium, through a link with a round trip of 150 ms. All are made new in each round, in turn, with empty caches.
import { globSync, readFileSync } from 'node:fs';
import { DemoShop } from '#tools/launcher/demo-shop';
import { readOptions } from '#tools/launcher/read-options';
import { type Browser, chromium } from 'playwright-core';
import { median } from './goals.ts';
import { CLIENTS, openFront } from './storefront/front.ts';
import { SlowLink } from './storefront/slow-link.ts';

const HELP = `Measures the storefront beside client-side pages.

  npm run bench:storefront -- [--rounds 7] [--round-trip 150]

  --rounds       how often each page is opened, 5 at least
  --round-trip   of the link, in milliseconds
`;

const CHROMIUM = '/usr/bin/chromium';
const GOALS = { paint: 0.5, bytes: 0.4, firstByte: 1.2 };
const QUIET_MS = 400;
const CREDENTIALS = { email: 'ada@example.com', password: 'analytical-engine' };

/** What one visit of a page has cost. */
interface Visit {
  /** The first byte of the page, in milliseconds. */
  firstByteMs: number;
  /** The largest contentful paint, in milliseconds. */
  paintMs: number;
  /** All that was sent, headers included. */
  bytes: number;
  requests: number;
}

const PAGES = {
  storefront: { name: 'storefront', path: '/shop', done: '#recommendations .card' },
  plain: { name: 'client-side, no framework', path: '/client/plain', done: '#done' },
  react: { name: 'client-side, React 19', path: '/client/react', done: '#done' },
} satisfies Record<string, { name: string; path: string; done: string }>;
type PageName = keyof typeof PAGES;
const NAMES: readonly PageName[] = ['storefront', ...CLIENTS];

/** Resolves to the largest paint so far. */
const LARGEST_PAINT = `new Promise((resolve) => {
  let last = 0;
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) last = entry.startTime; })
    .observe({ type: 'largest-contentful-paint', buffered: true });
  setTimeout(() => resolve(last), ${QUIET_MS});
})`;
const FIRST_BYTE = `performance.getEntriesByType('navigation')[0].responseStart`;

async function visit(browser: Browser, link: SlowLink, name: PageName): Promise<Visit> {
  const { path, done } = PAGES[name];
  // A browser installs the service worker once, after the page: it is no part of a visit.
  const context = await browser.newContext({ serviceWorkers: 'block', viewport: { width: 1280, height: 900 } });
  await context.request.post(`${link.url}/bff/login`, { data: CREDENTIALS, headers: { 'x-csrf': '1' } });
  const page = await context.newPage();
  let requests = 0;
  page.on('request', () => (requests += 1));
  const before = link.bytes;
  await page.goto(link.url + path, { waitUntil: 'load' });
  await page.waitForSelector(done, { state: 'visible' });
  const paintMs = (await page.evaluate(LARGEST_PAINT)) as number;
  const firstByteMs = (await page.evaluate(FIRST_BYTE)) as number;
  const bytes = link.bytes - before;
  await context.close();
  return { firstByteMs, paintMs, bytes, requests };
}

/** Logs in as Ada. @returns the cookie */
async function logIn(url: string): Promise<string> {
  const answer = await fetch(`${url}/bff/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-csrf': '1' },
    body: JSON.stringify(CREDENTIALS),
  });
  if (!answer.ok) throw new Error(`the login answered ${answer.status}`);
  return answer.headers.getSetCookie()[0]!.split(';')[0]!;
}

/** The time to the first byte of an answer, in milliseconds, over a connection that is open. */
async function firstByte(url: string, cookie: string): Promise<number> {
  const startedAt = performance.now();
  const answer = await fetch(url, { headers: { cookie, 'x-csrf': '1', accept: '*/*' } });
  const ms = performance.now() - startedAt;
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  await answer.arrayBuffer();
  return ms;
}

async function firstBytes(base: string, cookie: string, times: number) {
  const taken = { page: [] as number[], rest: [] as number[] };
  for (let time = -5; time < times; time += 1) {
    const [page, rest] = [await firstByte(`${base}/shop`, cookie), await firstByte(`${base}/v1/home`, cookie)];
    if (time < 0) continue;
    taken.page.push(page);
    taken.rest.push(rest);
  }
  return taken;
}

const spread = (values: readonly number[], unit: string, digits = 0): string =>
  `${median(values).toFixed(digits)} (${Math.min(...values).toFixed(digits)}–${Math.max(...values).toFixed(digits)}) ${unit}`;
const row = (...cells: string[]): string => `| ${cells.join(' | ')} |\n`;

async function measure(rounds: number, roundTripMs: number): Promise<boolean> {
  const shop = await DemoShop.open({ RATE_LIMIT: 'off' });
  const [sheet] = globSync('dist/storefront/home-*.css');
  const front = await openFront(shop.url, readFileSync(sheet!, 'utf8'));
  const link = await SlowLink.open(front.port, roundTripMs);
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
  try {
    const cookie = await logIn(shop.url);
    const visits = Object.fromEntries(NAMES.map((name) => [name, [] as Visit[]])) as Record<PageName, Visit[]>;
    for (let round = -1; round < rounds; round += 1) {
      process.stderr.write(round < 0 ? 'Warming up …\n' : `Round ${round + 1} of ${rounds} …\n`);
      for (const name of round % 2 ? NAMES : NAMES.toReversed()) {
        const one = await visit(browser, link, name);
        if (round >= 0) visits[name].push(one);
      }
    }
    const direct = await firstBytes(shop.url, cookie, 200);
    const slow = await firstBytes(link.url, cookie, 20);
    return report(visits, { direct, slow }, roundTripMs);
  } finally {
    await browser.close();
    await link.close();
    await front.close();
    await shop.close();
  }
}

type FirstBytes = Awaited<ReturnType<typeof firstBytes>>;

/** Prints all. @returns whether the goals are met */
function report(
  visits: Record<PageName, Visit[]>,
  bytes: { direct: FirstBytes; slow: FirstBytes },
  roundTripMs: number,
) {
  const out = (text: string) => process.stdout.write(text);
  out(
    `\nHome of a customer in Chromium, round trip ${roundTripMs} ms, empty caches; median (least–most) of ${visits.storefront.length} rounds.\n\n`,
  );
  out(
    row('page', 'first byte', 'largest paint', 'bytes sent', 'requests') + row('---', '---', '---', '---', '---'),
  );
  const of = (name: PageName, figure: keyof Visit) => visits[name].map((one) => one[figure]);
  for (const name of NAMES)
    out(
      row(
        PAGES[name].name,
        spread(of(name, 'firstByteMs'), 'ms'),
        spread(of(name, 'paintMs'), 'ms'),
        spread(
          of(name, 'bytes').map((value) => value / 1_000),
          'kB',
          1,
        ),
        spread(of(name, 'requests'), ''),
      ),
    );
  // Round by round: what the machine does meanwhile, it does to all.
  const ratio = (figure: keyof Visit, to: PageName) =>
    median(visits.storefront.map((one, round) => one[figure] / visits[to][round]![figure]));
  const firstByteRatio = ({ page, rest }: FirstBytes) => median(page) / median(rest);
  const goals: [what: string, ratio: number, max: number | undefined][] = [
    ['largest paint : React', ratio('paintMs', 'react'), GOALS.paint],
    ['largest paint : no framework', ratio('paintMs', 'plain'), GOALS.paint],
    ['bytes : React', ratio('bytes', 'react'), GOALS.bytes],
    ['bytes : no framework', ratio('bytes', 'plain'), undefined],
    ['first byte over the link : REST home', firstByteRatio(bytes.slow), GOALS.firstByte],
    ['first byte without the link : REST home', firstByteRatio(bytes.direct), undefined],
  ];
  out(`\n${row('ratio', '', 'goal')}${row('---', '---', '---')}`);
  for (const [what, value, max] of goals)
    out(
      row(
        what,
        `${value.toFixed(2)} ×`,
        max === undefined ? 'none' : `≤ ${max} × ${value <= max ? '' : 'MISSED'}`.trim(),
      ),
    );
  const { direct } = bytes;
  out(
    `\nFirst byte without the link: page ${spread(direct.page, 'ms', 1)}, /v1/home ${spread(direct.rest, 'ms', 1)}\n`,
  );
  return goals.every(([, value, max]) => max === undefined || value <= max);
}

const { values } = readOptions(HELP, {
  options: {
    rounds: { type: 'string', default: '7' },
    'round-trip': { type: 'string', default: '150' },
  },
});
process.exitCode = (await measure(Math.max(5, Number(values.rounds)), Number(values['round-trip']))) ? 0 : 1;
