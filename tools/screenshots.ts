import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import sharp from 'sharp';
import { DemoShop } from './launcher/demo-shop.ts';
import { readOptions } from './launcher/read-options.ts';
import { STATES, type State } from './screenshots/states.ts';

const HELP = `Makes the pictures of the storefront in docs/pictures, from the shop as npm start runs it.

  npm run screenshots                  all of them
  npm run screenshots -- cart order    these alone

  --out     the folder to write to, by default docs/pictures
  --list    prints the names
  --help    prints this

It needs Chromium (apt-get install chromium), or its path in CHROMIUM_PATH.
`;
const MAX_BYTES = 60_000;
/** Fewer and fewer colours, until a picture is small enough. */
const COLOURS = [128, 64, 32, 16];
const DESKTOP = { width: 1100, height: 760 };
const PHONE = { width: 390, height: 760 };

/** A picture with a palette. @throws {Error} if it cannot be made small enough */
async function small(picture: Buffer): Promise<Buffer> {
  for (const colours of COLOURS) {
    const png = await sharp(picture)
      .png({ palette: true, colours, compressionLevel: 9, effort: 10, dither: 0 })
      .toBuffer();
    if (png.length <= MAX_BYTES) return png;
  }
  throw new Error(`It has more than ${MAX_BYTES} bytes with ${COLOURS.at(-1)} colours.`);
}

async function take(
  browser: Browser,
  shop: DemoShop,
  { isPhone, isDark, language, show }: State,
): Promise<Buffer> {
  const context = await browser.newContext({
    viewport: isPhone ? PHONE : DESKTOP,
    colorScheme: isDark ? 'dark' : 'light',
    locale: language ?? 'en',
    reducedMotion: 'reduce',
  });
  try {
    const page = await context.newPage();
    await show(page, shop);
    return await small(await page.screenshot());
  } finally {
    await context.close();
  }
}

/** @throws {Error} if a page does not come to its state */
async function takeAll(states: readonly [string, State][], out: string): Promise<void> {
  mkdirSync(out, { recursive: true });
  const shop = await DemoShop.open({ CACHE: 'off', RATE_LIMIT: 'off', ORDER_STEP_MS: '1500' });
  const executablePath = process.env.CHROMIUM_PATH || '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  try {
    for (const [name, state] of states) {
      const picture = await take(browser, shop, state);
      const file = join(out, `${name}.png`);
      writeFileSync(file, picture);
      process.stdout.write(`${file} ${(picture.length / 1_000).toFixed(0)} kB\n`);
    }
  } finally {
    await browser.close();
    await shop.close();
  }
}

const { values, positionals } = readOptions(HELP, {
  allowPositionals: true,
  options: {
    out: { type: 'string', default: 'docs/pictures' },
    list: { type: 'boolean' },
  },
});
const names = Object.keys(STATES);
const unknown = positionals.filter((name) => !names.includes(name));
if (values.list) process.stdout.write(`${names.join('\n')}\n`);
else if (unknown.length) {
  process.stderr.write(`No picture ${unknown.join(', ')}. Pictures: ${names.join(', ')}\n`);
  process.exitCode = 1;
} else {
  await takeAll(
    Object.entries(STATES).filter(([name]) => !positionals.length || positionals.includes(name)),
    values.out,
  );
}
