import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { permissionsFor } from '#gateway/config/permissions';
import { permissionFlags } from '#libs/confinement';
import {
  CertificateAuthority,
  freePort,
  type Output,
  outputOf,
  ownRedisForTests,
  TokenIssuer,
} from '#libs/testing';
import { Access } from '#test/support/access';
import { builtEntry, COMPILE_CACHE } from '#test/support/build';
import { certificateFiles } from '#test/support/certificate';
import { tryFeatureSet } from '#test/support/feature-set';
import { type ServiceName, startService } from '#test/support/services';

const redis = await ownRedisForTests();
const onRedis = 'skip' in redis ? describe.skip : describe;
afterAll(async () => {
  if (!('skip' in redis)) await redis.stop();
});

jest.setTimeout(120_000);

const PROBE = './test/system/confined.fixture.ts';

describe('a confined gateway', () => {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-confined-'));
  const access = new Access();
  const services: { stop(): Promise<void> }[] = [];
  const children: ChildProcess[] = [];
  let entry: string;
  let settings: NodeJS.ProcessEnv;

  beforeAll(async () => {
    entry = await builtEntry('gateway');
    const ports: Partial<Record<ServiceName, number>> = {};
    for (const name of ['users', 'orders', 'products'] as const) {
      ports[name] = await freePort();
      services.push(await startService(name, { PORT: `${ports[name]}`, DATA_DIR: join(folder, 'services') }));
    }
    settings = {
      ...COMPILE_CACHE,
      CACHE: 'off',
      RATE_LIMIT: 'off',
      PORT: '0',
      ADMIN_PORT: '0',
      JWT_PRIVATE_KEY: access.privateKey,
      USERS_URL: `http://127.0.0.1:${ports.users}`,
      ORDERS_URL: `127.0.0.1:${ports.orders}`,
      PRODUCTS_URL: `127.0.0.1:${ports.products}`,
      JOBS_FILE: join(folder, 'jobs/jobs.sqlite'),
      STORAGE_URL: `file:${join(folder, 'files')}`,
      PROBE_FOLDER: folder,
    };
  });
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await Promise.all(services.map((service) => service.stop()));
    rmSync(folder, { recursive: true });
  });

  function start(args: readonly string[], environment: NodeJS.ProcessEnv): [ChildProcess, Output] {
    const child = spawn(process.execPath, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    children.push(child);
    return [child, outputOf(child)];
  }

  const exitCodeOf = async (child: ChildProcess) => ((await once(child, 'exit')) as [number])[0];

  it('has the whole feature set, and can neither read, write nor start what it need not', async () => {
    const [child, output] = start(
      ['--import', PROBE, entry, '--confined', `--allow-fs-read=${resolve(PROBE)}`],
      settings,
    );
    await output.waitFor('"msg":"listening"');
    const [, line] = /^(\{.*"msg":"listening".*\})$/m.exec(output.text())!;
    const { url, adminUrl } = JSON.parse(line!) as { url: string; adminUrl: string };

    const [, outcomes] = /^probe (.*)$/m.exec(output.text())!;
    const denied = 'ERR_ACCESS_DENIED';
    expect(JSON.parse(outcomes!)).toEqual({
      read: denied,
      readInWorkingDirectory: denied,
      write: denied,
      writeProgram: denied,
      spawn: denied,
    });

    expect(await tryFeatureSet(url, adminUrl, access)).toEqual({
      home: { status: 200, degraded: [] },
      avatar: [96, 320, 640],
      exported: ['COMPLETED', expect.stringContaining('id')],
      profile: '(root)',
      portal: 200,
    });

    child.kill('SIGTERM');
    expect(await exitCodeOf(child)).toBe(0);
    expect(output.text()).not.toContain('"code":"ERR_ACCESS_DENIED"');
    expect(output.text()).not.toContain('Warning');
  });

  onRedis('with Redis', () => {
    it('runs as workers over TLS, takes a renewed certificate, and only the first process may start others', async () => {
      const { files, authority, remove } = certificateFiles();
      const [child, output] = start(
        ['--import', PROBE, entry, '--confined', `--allow-fs-read=${resolve(PROBE)}`],
        {
          ...settings,
          ...files,
          WORKERS: '2',
          REDIS_URL: (redis as { url: string }).url,
          PORT: `${await freePort()}`,
          ADMIN_PORT: `${await freePort()}`,
          DRAIN_MS: '0',
        },
      );
      await output.waitFor('"msg":"workers started"');
      const [, url] = /"url":"([^"]+)"/.exec(output.text())!;
      expect(await statusOver(authority, `${url}/v1/home`, access.of('u1'))).toBe(200);

      const workers = [...output.text().matchAll(/"worker":(\d+).*"msg":"worker started"/g)].map(([, pid]) =>
        Number(pid),
      );
      expect(workers).toHaveLength(2);
      for (const pid of workers) {
        process.kill(pid, 'SIGCONT');
        await output.waitFor(`process ${pid} starts another: ERR_ACCESS_DENIED`);
      }

      const renewed = new CertificateAuthority();
      const { cert, key } = renewed.issue('localhost');
      writeFileSync(files.TLS_KEY_FILE, key);
      writeFileSync(files.TLS_CERT_FILE, cert);
      await output.waitFor('"audit":"settings.reloaded"');
      expect(await statusOver(renewed.cert, `${url}/v1/home`, access.of('u1'))).toBe(200);

      child.kill('SIGTERM');
      expect(await exitCodeOf(child)).toBe(0);
      remove();
    });
  });

  it('accepts the tokens of an issuer in ISSUERS_FILE, with the files that this one names', async () => {
    const authority = new CertificateAuthority();
    const issuer = await TokenIssuer.open(authority.issue('127.0.0.1'));
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    issuer.clientKey = publicKey;
    const aFile = (name: string, content: string) => {
      writeFileSync(join(folder, name), content, { mode: 0o600 });
      return join(folder, name);
    };
    const { url, clientId } = issuer.introspection;
    const clientKeyFile = aFile('client.pem', String(privateKey.export({ type: 'pkcs8', format: 'pem' })));
    const issuerEntry = {
      ...issuer.settings,
      caFile: aFile('issuer-ca.pem', authority.cert),
      introspection: { url, clientId, clientKeyFile },
    };
    const ISSUERS_FILE = aFile('own-issuers.json', JSON.stringify([issuerEntry]));
    const [child, output] = start([entry, '--confined'], { ...settings, ISSUERS_FILE });
    await output.waitFor('"msg":"listening"');
    const [, gateway] = /"url":"([^"]+)"/.exec(output.text())!;
    const answers = [issuer.token(), issuer.opaqueToken()].map(async (token) => {
      const answer = await fetch(`${gateway}/v1/home?fields=user.id`, {
        headers: { authorization: `Bearer ${token}` },
      });
      return [answer.status, await answer.json()];
    });
    expect(await Promise.all(answers)).toEqual(Array(2).fill([200, { user: { id: 'u1' } }]));
    child.kill('SIGTERM');
    expect(await exitCodeOf(child)).toBe(0);
    expect(output.text()).not.toContain('ERR_ACCESS_DENIED');
    await issuer.close();
  });

  it('does not start without a permission that it needs, and names it with its path and flag', async () => {
    const { files, remove } = certificateFiles();
    const flags = permissionFlags(permissionsFor(settings, join(process.cwd(), 'dist')));
    const [child, output] = start([...flags, entry], { ...settings, ...files });
    expect(await exitCodeOf(child)).toBe(78);
    expect(output.text()).toContain(
      `TLS_CERT_FILE: the file cannot be read: a confined process may not read ${files.TLS_CERT_FILE}: ` +
        `--allow-fs-read=${files.TLS_CERT_FILE} would allow it`,
    );
    remove();

    const elsewhere = join(folder, 'elsewhere');
    mkdirSync(elsewhere);
    const [second, its] = start([...flags, entry], { ...settings, STORAGE_URL: `file:${elsewhere}` });
    expect(await exitCodeOf(second)).toBe(78);
    expect(its.text()).toContain(`--allow-fs-write=${elsewhere}`);
  });

  it('refuses unknown arguments, and permissions without confinement', async () => {
    for (const args of [['--confine'], ['--allow-fs-read=/srv']]) {
      const [child, output] = start([entry, ...args], settings);
      expect(await exitCodeOf(child)).toBe(64);
      expect(output.text()).toContain(`unknown argument ${args[0]}`);
    }
  });
});

/** The status of an answer from a server with a certificate of this authority. */
async function statusOver(ca: string, url: string, headers: Record<string, string>): Promise<number | undefined> {
  const [answer] = (await once(get(url, { ca, servername: 'localhost', headers }), 'response')) as [
    IncomingMessage,
  ];
  answer.resume();
  return answer.statusCode;
}
