import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describeWith } from '#test/support/neighbours/describe-with';
import { CHROMIUM, chromium } from '#test/support/neighbours/programs';
import { UploadGateway } from '#test/support/upload-gateway';
import { FileLinks } from '#gateway/files/file-links';
import { KeySet } from '#gateway/identity/keys/key-set';
import { loadConfig } from '#gateway/config/config';
import { openObjectStorage } from '#libs/object-storage';
import { blankPage } from '#test/neighbours/identity/blank-page';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { build } from 'esbuild';
import { type Browser, chromium as driver } from 'playwright-core';
import { CuttingProxy } from './cutting-proxy.ts';
import { tusClients, uppy } from './programs.ts';

jest.setTimeout(60_000);

const UPPY = `
  import Uppy from '@uppy/core';
  import Tus from '@uppy/tus';
  window.uploaded = async (endpoint, headers, files) => {
    const uppy = new Uppy();
    uppy.use(Tus, { endpoint, headers, retryDelays: Array.from({ length: 50 }, () => 20), limit: 1 });
    for (const [name, base64] of Object.entries(files))
      uppy.addFile({ name, type: 'application/octet-stream', data: new Blob([Uint8Array.fromBase64(base64)]) });
    const { successful, failed } = await uppy.upload();
    return { failed: failed.length, urls: successful.map(({ name, uploadURL }) => [name, uploadURL]) };
  };
`;

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

describeWith([chromium, uppy], 'Chromium', () => {
  let page: Awaited<ReturnType<typeof blankPage>>;
  let shop: UploadGateway;
  let browser: Browser;
  beforeAll(async () => {
    page = await blankPage();
    shop = await UploadGateway.open({ CORS_ORIGINS: page.origin });
    browser = await driver.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  });
  afterAll(async () => {
    await browser?.close();
    await shop?.close();
    await page?.close();
  });
  const cutting = (cuts: number) => {
    const options = { seed: 3, cuts, minBytes: 20_000, maxBytes: 200_000 };
    return CuttingProxy.open(() => Number(new URL(shop.gateway.url).port), options);
  };

  it('uploads two files with Uppy 6 from a page of another origin, over broken connections', async () => {
    const bundle = await build({
      stdin: { contents: UPPY, resolveDir: tusClients.path },
      bundle: true,
      format: 'iife',
      platform: 'browser',
      write: false,
    });
    const proxy = await cutting(10);
    const tab = await browser.newPage();
    await tab.goto(page.origin);
    await tab.addScriptTag({ content: bundle.outputFiles[0]!.text });
    const endpoint = `${proxy.url}/v1/uploads/tus`;
    const files = { 'one.bin': randomBytes(1_000_000), 'two.bin': randomBytes(1_000_000) };
    const sent = Object.entries(files).map(([name, bytes]) => [name, bytes.toString('base64')]);
    const given = [endpoint, shop.access.of('uppy'), Object.fromEntries(sent)];
    const script = `window.uploaded(...${JSON.stringify(given)})`;
    const { failed, urls } = (await tab.evaluate(script)) as {
      failed: number;
      urls: [keyof typeof files, string][];
    };
    await proxy.close();
    expect([failed, urls.length, proxy.cuts]).toEqual([0, 2, 10]);
    for (const [name, url] of urls) expect(sha256(await shop.received('uppy', url))).toBe(sha256(files[name]));
  });

  it('repairs a broken download by itself: the file is whole', async () => {
    const content = randomBytes(3_000_000);
    const storage = await openObjectStorage({ kind: 'file', folder: shop.folder });
    await storage.put('report', [content], { type: 'application/pdf' });
    const keys = await KeySet.from(loadConfig({ JWT_PRIVATE_KEY: shop.access.privateKey }));
    const link = new FileLinks(keys).issue({ key: 'report', name: 'report.pdf' }, 600);
    const proxy = await CuttingProxy.open(() => Number(new URL(shop.gateway.url).port), {
      seed: 5,
      cuts: 3,
      minBytes: 100_000,
      maxBytes: 900_000,
      isOfAnswers: true,
    });
    const tab = await browser.newPage();
    const [download] = await Promise.all([
      tab.waitForEvent('download'),
      tab.goto(`${proxy.url}${link}`).catch(() => {}),
    ]);
    const bytes = await readFile(await download.path());
    await proxy.close();
    expect([download.suggestedFilename(), sha256(bytes), proxy.cuts]).toEqual(['report.pdf', sha256(content), 3]);
  });
});
