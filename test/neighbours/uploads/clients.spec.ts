import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { freePort } from '#libs/testing';
import { RealProcess } from '#test/support/process';
import { describeWith } from '#test/support/neighbours/describe-with';
import { UploadGateway } from '#test/support/upload-gateway';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { CuttingProxy } from './cutting-proxy.ts';
import { tusJsClient } from './programs.ts';
import { tusUpload, type UploadOptions } from './tus-js-client.ts';

jest.setTimeout(120_000);

const FILE = randomBytes(2_000_000);
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

let shop: UploadGateway;
beforeAll(async () => {
  shop = await UploadGateway.open();
});
afterAll(() => shop.close());

const portOf = (url: string) => Number(new URL(url).port);

/** Uploads with tus-js-client, and resolves to the URL. It tries again at once, as often as there is progress. */
function upload(options: Omit<UploadOptions, 'onError' | 'onSuccess'>, bytes: Buffer = FILE): Promise<string> {
  return new Promise((resolve, reject) => {
    const Upload = tusUpload();
    const upload = new Upload(bytes, {
      retryDelays: Array.from({ length: 50 }, (_, i) => Math.min(100, 5 * i)),
      metadata: { filename: 'noise.bin' },
      ...options,
      onError: reject,
      onSuccess: () => resolve(upload.url!),
    });
    upload.start();
  });
}

describeWith([tusJsClient], 'tus-js-client', () => {
  describe.each(['tus-v1', 'ietf-draft-05'] as const)('with %s', (protocol) => {
    const path = protocol === 'tus-v1' ? '/v1/uploads/tus' : '/v1/uploads';

    it('goes on after 100 broken connections, and the bytes are the same', async () => {
      const as = `cut-${protocol}`;
      const options = { seed: 7, cuts: 100, minBytes: 2_000, maxBytes: 30_000 };
      const proxy = await CuttingProxy.open(() => portOf(shop.gateway.url), options);
      const url = await upload({ endpoint: `${proxy.url}${path}`, protocol, headers: shop.access.of(as) });
      await proxy.close();
      expect(proxy.cuts).toBe(100);
      expect(sha256(await shop.received(as, url))).toBe(sha256(FILE));
      expect(shop.log.with({ level: 'error' })).toEqual([]);
    });

    it('goes on after restarts of the gateway, at one that starts anew', async () => {
      const as = `restarts-${protocol}`;
      const port = await freePort();
      const start = () =>
        RealProcess.start('gateway', {
          PORT: `${port}`,
          ADMIN_PORT: '0',
          RATE_LIMIT: 'off',
          JWT_PRIVATE_KEY: shop.access.privateKey,
          STORAGE_URL: `file:${shop.folder}`,
        });
      let gateway = await start();
      let kills = 0;
      let restarting: Promise<void> | undefined;
      const restart = async () => {
        await gateway.end('SIGKILL');
        gateway = await start();
        restarting = undefined;
      };
      const url = await upload({
        endpoint: `http://127.0.0.1:${port}${path}`,
        protocol,
        headers: shop.access.of(as),
        chunkSize: 50_000,
        retryDelays: Array.from({ length: 100 }, () => 200),
        onChunkComplete: (_, offset) => {
          if (offset < (kills + 1) * 600_000 || restarting) return;
          kills += 1;
          restarting = restart();
        },
      });
      await restarting;
      await gateway.end();
      expect(kills).toBe(3);
      expect(sha256(await shop.received(as, url))).toBe(sha256(FILE));
    });
  });

  it('uploads parts in parallel, which become one file', async () => {
    const as = 'parallel';
    const endpoint = `${shop.gateway.url}/v1/uploads/tus`;
    const url = await upload({ endpoint, headers: shop.access.of(as), parallelUploads: 4 });
    expect(sha256(await shop.received(as, url))).toBe(sha256(FILE));
  });

  it('is told the reason of a refusal', async () => {
    const endpoint = `${shop.gateway.url}/v1/uploads/tus`;
    const metadata = { filetype: 'image/png' };
    const refused = upload({ endpoint, headers: shop.access.of('refused'), metadata, retryDelays: [] });
    await expect(refused).rejects.toThrow(/response code: 415.*UNSUPPORTED_MEDIA_TYPE/s);
  });

  it('deletes an upload', async () => {
    const as = 'deleted';
    const headers = shop.access.of(as);
    const url = await upload({ endpoint: `${shop.gateway.url}/v1/uploads/tus`, headers });
    await tusUpload().terminate(url, { headers });
    expect((await fetch(url, { method: 'HEAD', headers: { ...headers, 'tus-resumable': '1.0.0' } })).status).toBe(
      404,
    );
  });

  it('is refused with another version of the draft, and told which there are', async () => {
    const endpoint = `${shop.gateway.url}/v1/uploads`;
    const options = {
      endpoint,
      headers: shop.access.of('old'),
      protocol: 'ietf-draft-03' as const,
      retryDelays: [],
    };
    await expect(upload(options)).rejects.toThrow(/response code: 400.*Must be one of: 6, 7, 8/s);
  });
});

describe('the upload of the README, by curl', () => {
  const blocks = [...readFileSync('README.md', 'utf8').matchAll(/^```sh\n([^]*?)^```$/gm)].map(
    ([, text]) => text!,
  );
  const [begin, send] = blocks.filter((text) => text.includes('UPLOADS'));

  it('survives Ctrl-C', async () => {
    const as = 'readme';
    const folder = mkdtempSync(join(tmpdir(), 'atrium-readme-'));
    const TOKEN = shop.access.of(as).authorization.replace('Bearer ', '');
    const run = (script: string, env: NodeJS.ProcessEnv = {}) =>
      spawn('sh', ['-c', script], { cwd: folder, env: { ...process.env, TOKEN, ...env }, detached: true });
    const output = async (child: ReturnType<typeof run>) => {
      const [text] = await Promise.all([textOf(child.stdout), once(child, 'close')]);
      return text.trim();
    };
    const first = begin!.replace('http://127.0.0.1:3000', shop.gateway.url).replace('20000000', '3000000');
    const [UPLOADS = '', ID = ''] = (await output(run(`${first}\necho "$UPLOADS $ID"`))).split(' ');
    const offsets: number[] = [];
    for (let stops = 0; ; stops += 1) {
      const child = run(send!, { UPLOADS, ID });
      // Ctrl-C is a signal to the group of the terminal; curl's share of a second passes before it.
      const timer = stops < 3 ? setTimeout(() => process.kill(-child.pid!, 'SIGINT'), 400) : undefined;
      const text = await output(child);
      clearTimeout(timer);
      offsets.push(Number(/from byte (\d+)/.exec(text)?.[1] ?? NaN));
      if (text.includes('"isComplete":true')) break;
    }
    expect(offsets).toHaveLength(4);
    expect(offsets[0]).toBe(0);
    expect([...offsets].sort((one, other) => one - other)).toEqual(offsets);
    expect(offsets[3]).toBeGreaterThan(0);
    expect(sha256(await shop.received(as, ID))).toBe(sha256(readFileSync(join(folder, 'big.bin'))));
    rmSync(folder, { recursive: true });
  });
});
