import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describeWith } from '#test/support/neighbours/describe-with';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { CLIENTS, COMMON, CUSTOMER, type HttpClient, type Seen } from './clients.ts';
import { ConnectionCounter, JourneyShop } from './journey-shop.ts';
import { curl, npmClients } from './programs.ts';

jest.setTimeout(60_000);

const FRONT_ENDS = resolve('test/neighbours/clients/front-ends');
const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'atrium-clients-'));

/** Where Node finds the packages that the scripts import. */
let besidePackages: string;
let shop: JourneyShop;
beforeAll(async () => {
  const authorityFile = join(folder, 'authority.pem');
  shop = await JourneyShop.open(authorityFile);
  writeFileSync(authorityFile, shop.authority);
  if (!existsSync(npmClients.path)) return;
  besidePackages = mkdtempSync(join(npmClients.path, 'work-'));
  cpSync(FRONT_ENDS, besidePackages, { recursive: true });
});
afterAll(async () => {
  await shop?.close();
  rmSync(folder, { recursive: true });
  if (besidePackages) rmSync(besidePackages, { recursive: true });
});

/** Makes the journey with a client. @throws {Error} with what it writes to standard error, if it fails */
async function journeyOf({ name, program: { npm }, command: [program, ...args] }: HttpClient): Promise<Seen> {
  const counter = await ConnectionCounter.open(shop.environment['URL']!);
  const work = mkdtempSync(join(folder, 'work-'));
  const scripts = npm ? besidePackages : FRONT_ENDS;
  // Not all of this process: settings for proxies and certificates in it would be of the machine.
  const env = {
    PATH: process.env['PATH'],
    HOME: homedir(),
    LANG: 'C.UTF-8',
    ...shop.environment,
    NODE_EXTRA_CA_CERTS: shop.environment['CA']!,
    COUNTED_URL: counter.url,
    CUSTOMER,
    NAME: name.replace(/\W/g, '-').toLowerCase(),
  };
  try {
    const { stdout } = await run(program, [...args.slice(0, -1), join(scripts, args.at(-1)!)], { cwd: work, env });
    return { ...(JSON.parse(stdout) as Seen), connections: counter.connections };
  } finally {
    await counter.close();
  }
}

describe('clients of HTTP', () => {
  for (const client of CLIENTS) {
    describeWith([client.program], client.name, () => {
      it('does what people do with it', async () => {
        expect(await journeyOf(client)).toEqual({ ...COMMON, ...client.sees });
      });
    });
  }

  describeWith([curl], 'curl -Z', () => {
    // Each burst of answers makes it send as many requests at once, while Node has not forgotten the streams before.
    it('is never reset over HTTP/2, with 100 requests at once', async () => {
      const { TLS_URL, CA } = shop.environment;
      const options = ['-s', '-Z', '--parallel-max', '100', '--http2', '--cacert', CA!, '-w', '%{errormsg}\n'];
      for (let times = 0; times < 4; times += 1) {
        const { stdout } = await run('curl', [...options, '-o', '/dev/null', `${TLS_URL}/livez#[1-1000]`]).catch(
          (error: { stdout: string }) => error,
        );
        expect(stdout).not.toContain('ENHANCE_YOUR_CALM');
      }
    });
  });

  it('are answered without an error of the gateway', () => {
    expect(shop.complaints).toEqual([]);
  });
});
