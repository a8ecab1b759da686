import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { CertificateAuthority, freePort } from '#libs/testing';
import { launcherPorts } from '#test/support/launcher-ports';
import { examine } from './checks.ts';
import type { Finding, Level } from './finding.ts';

const folder = mkdtempSync(join(tmpdir(), 'atrium-doctor-spec-'));
const closers: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closers) await close();
  rmSync(folder, { recursive: true });
});

const aFile = (name: string, content: string | object): string => {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};

/** A machine on which nothing runs: free ports, an empty folder. */
const fresh: NodeJS.ProcessEnv = {
  ...(await launcherPorts()),
  DATA_DIR: join(folder, 'data'),
  STORAGE_URL: `file:${join(folder, 'files')}`,
};

/** What the doctor finds with settings; each warning and problem has to say what to do. */
async function found(environment: NodeJS.ProcessEnv, level: Level): Promise<Finding[]> {
  const all = await examine({ ...fresh, ...environment });
  const silent = all.filter((one) => one.level !== 'ok' && !one.advice);
  expect(silent).toEqual([]);
  return all.filter((one) => one.level === level);
}
const problemsOf = (environment: NodeJS.ProcessEnv) => found(environment, 'problem');
const lines = (findings: Finding[]) => findings.map(({ about, message }) => `${about}: ${message}`);

/** A server that answers every request with a key set. @param aheadMs how far its clock is ahead of ours */
async function anIssuer(aheadMs = 0) {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const keySet = JSON.stringify({ keys: [publicKey.export({ format: 'jwk' })] });
  const server = createServer((_, response) => {
    const date = new Date(Date.now() + aheadMs).toUTCString();
    response.writeHead(200, { 'content-type': 'application/json', date }).end(keySet);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  closers.push(() => (server.close(), server.closeAllConnections()));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const issuersFile = (issuer: string) =>
  aFile(`issuers-${issuer.split(':').at(-1)}.json`, [
    { issuer, jwksUrl: `${issuer}/jwks`, audience: 'atrium', userIdClaim: 'sub', scopes: {} },
  ]);

describe('npm run doctor', () => {
  it('is green on a fresh machine: nothing is set, and nothing runs', async () => {
    expect(lines(await problemsOf({}))).toEqual([]);
  });

  it('finds a port that another program uses, and names the program', async () => {
    const server = createTcpServer((socket) => void socket.destroy());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    closers.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    expect(lines(await problemsOf({ PORT: `${port}` }))).toEqual([
      expect.stringMatching(
        new RegExp(`^PORT ${port}: is used by .+ \\(pid ${process.pid}\\), so gateway cannot start$`),
      ),
    ]);
  });

  it('finds settings that are wrong, and a settings file that is no JSON', async () => {
    const SETTINGS_FILE = aFile('settings.json', '{ not json');
    expect(lines(await problemsOf({ SETTINGS_FILE, REQUEST_TIMEOUT_MS: 'soon' }))).toEqual([
      'SETTINGS_FILE: the file is not JSON (gateway)',
      'REQUEST_TIMEOUT_MS: must be a whole number of milliseconds (gateway)',
    ]);
  });

  it('warns of a variable that is likely a misspelt setting, and keeps its value to itself', async () => {
    const warnings = await found({ DATABASE_URI: 'postgres://u:hunter2@host/db' }, 'warning');
    expect(lines(warnings)).toContainEqual('DATABASE_URI: is ignored: there is DATABASE_URL');
  });

  it('finds a certificate that has expired, and one for another host', async () => {
    const authority = new CertificateAuthority();
    const { cert, key } = authority.issue('other.example', ['other.example'], new Date(Date.now() - 60_000));
    const settings = { TLS_CERT_FILE: aFile('old.pem', cert), TLS_KEY_FILE: aFile('old.key', key) };
    expect(lines(await problemsOf({ ...settings, PUBLIC_URL: 'https://shop.example' }))).toEqual([
      expect.stringMatching(/^TLS_CERT_FILE: CN=other.example has expired at \d{4}-.*: connections fail$/),
      expect.stringContaining('is for DNS:other.example, and not for shop.example, the host of PUBLIC_URL'),
    ]);
  });

  it('finds a certificate that is not valid yet, as by a clock that is a year behind', async () => {
    const { cert, key } = new CertificateAuthority().issue('localhost');
    const files = { TLS_CERT_FILE: aFile('early.pem', cert), TLS_KEY_FILE: aFile('early.key', key) };
    const settings = { ...files, PUBLIC_URL: 'https://localhost' };
    const now = Date.now;
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => now() - 365 * 86_400_000);
    const found = lines(await problemsOf(settings));
    clock.mockRestore();
    expect(found).toEqual([
      expect.stringMatching(
        /^TLS_CERT_FILE: CN=localhost is valid from \d{4}-.*Z on: connections fail until then$/,
      ),
    ]);
  });

  it('finds a chain whose next certificate has not issued the one before', async () => {
    const [authority, other] = [new CertificateAuthority(), new CertificateAuthority()];
    const { cert, key } = authority.issue('localhost');
    const chained = (issuer: string, label = 'CERTIFICATE') => ({
      TLS_CERT_FILE: aFile('chain.pem', (cert + issuer).replaceAll(' CERTIFICATE', ` ${label}`)),
      TLS_KEY_FILE: aFile('chain.key', key),
      PUBLIC_URL: 'https://localhost',
    });
    expect(await problemsOf(chained(authority.cert))).toEqual([]);
    expect(await problemsOf(chained(authority.cert, 'TRUSTED CERTIFICATE'))).toEqual([]);
    // Of the same name, with another key; then of another name.
    for (const wrong of [other.cert, other.issue('localhost').cert])
      expect(lines(await problemsOf(chained(wrong)))).toEqual([
        expect.stringMatching(/^TLS_CERT_FILE: certificate 2 of its chain \(.+\) has not issued the one before/),
      ]);
  });

  it('finds the key of another certificate', async () => {
    const authority = new CertificateAuthority();
    const settings = {
      TLS_CERT_FILE: aFile('cert.pem', authority.issue('localhost').cert),
      TLS_KEY_FILE: aFile('other.key', authority.issue('localhost').key),
    };
    expect(lines(await problemsOf(settings))).toEqual([
      'TLS_KEY_FILE: and TLS_CERT_FILE must be a key and its certificate, in PEM (gateway)',
    ]);
  });

  it('finds folders that cannot be written', async () => {
    const found = lines(await problemsOf({ STORAGE_URL: `file:${aFile('no-folder', '')}/files` }));
    expect(found).toEqual([expect.stringMatching(/^STORAGE_URL .*: cannot be written: .* is a file$/)]);
    // Where npm start would write the configuration of its provider first.
    const data = lines(await problemsOf({ DATA_DIR: '/dev/null/data', JOBS_FILE: ':memory:' }));
    expect(data).toEqual([
      'DATA_DIR: /dev/null/data cannot be written: ENOTDIR (the launcher)',
      expect.stringMatching(/^DATA_DIR .*: cannot be written: .* is a file$|ENOTDIR/),
    ]);
  });

  it('finds data that are none', async () => {
    const DATA_DIR = join(folder, 'damaged');
    mkdirSync(DATA_DIR);
    writeFileSync(join(DATA_DIR, 'users.sqlite'), 'hunter2'.repeat(1_000));
    expect(lines(await problemsOf({ DATA_DIR }))).toEqual([
      expect.stringMatching(/users\.sqlite: cannot be read: file is not a database$/),
    ]);
  });

  it('finds a PostgreSQL and a Redis that are down, and shows no password', async () => {
    const port = await freePort();
    const found = lines(
      await problemsOf({
        DATABASE_URL: `postgres://ada:hunter2@127.0.0.1:${port}/shop`,
        REDIS_URL: `redis://:hunter2@127.0.0.1:${port}`,
      }),
    );
    expect(found).toEqual([
      expect.stringMatching(new RegExp(`^PostgreSQL 127.0.0.1:${port}/shop: cannot be used: .*ECONNREFUSED`)),
      expect.stringMatching(new RegExp(`^Redis 127.0.0.1:${port}: cannot be used: .*ECONNREFUSED`)),
    ]);
    expect(found.join()).not.toContain('hunter2');
  });

  it('warns of a replica that is down', async () => {
    const port = await freePort();
    const DATABASE_URL = `postgres://127.0.0.1:${port}/shop`;
    const warnings = await found({ DATABASE_URL, DATABASE_REPLICA_URLS: DATABASE_URL }, 'warning');
    expect(lines(warnings)).toContainEqual(expect.stringMatching(/^replica .*\/shop: cannot be used: .*ECONN/));
  });

  it('finds a MariaDB that is down, and shows no password', async () => {
    const port = await freePort();
    const found = lines(await problemsOf({ DATABASE_URL: `mariadb://ada:hunter2@127.0.0.1:${port}/shop` }));
    expect(found).toEqual([
      expect.stringMatching(
        new RegExp(`^MySQL or MariaDB 127.0.0.1:${port}/shop: cannot be used: .*ECONNREFUSED`),
      ),
    ]);
    expect(found.join()).not.toContain('hunter2');
  });

  it('finds an upstream and an issuer that cannot be reached', async () => {
    const issuer = `http://127.0.0.1:${await freePort()}`;
    const USERS_URL = `http://127.0.0.1:${await freePort()}`;
    expect(lines(await problemsOf({ ISSUERS_FILE: issuersFile(issuer), USERS_URL }))).toEqual([
      expect.stringMatching(/^USERS_URL .*: cannot be reached: .*ECONNREFUSED/),
      expect.stringMatching(new RegExp(`^issuer ${issuer}: cannot be used: .*ECONNREFUSED`)),
    ]);
  });

  it('finds that the clock is an hour off that of an issuer, and accepts one that is right', async () => {
    expect(lines(await problemsOf({ ISSUERS_FILE: issuersFile(await anIssuer(3_600_000)) }))).toEqual([
      expect.stringMatching(
        /^clock: is 3(59\d|600)\.\d s behind that of issuer http.*: tokens and keys are refused/,
      ),
    ]);
    expect(await problemsOf({ ISSUERS_FILE: issuersFile(await anIssuer()) })).toEqual([]);
  });

  it('says once how the clock was checked, or that it was not and how to', async () => {
    const clock = async (environment: NodeJS.ProcessEnv) =>
      lines((await found(environment, 'ok')).filter(({ about }) => about === 'clock'));
    expect(await clock({})).toEqual([expect.stringMatching(/^clock: was not checked, .*: timedatectl says/)]);
    const issuer = await anIssuer();
    expect(await clock({ ISSUERS_FILE: issuersFile(issuer) })).toEqual([
      `clock: agrees with that of issuer ${issuer}`,
    ]);
  });

  it('warns of secrets that others can read, and of more workers than cores', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const JWT_PRIVATE_KEY_FILE = aFile('jwt.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
    const REDIS_URL = `redis://127.0.0.1:${await freePort()}`;
    const warnings = lines(await found({ JWT_PRIVATE_KEY_FILE, REDIS_URL, WORKERS: '200' }, 'warning'));
    expect(warnings).toContainEqual(
      `${JWT_PRIVATE_KEY_FILE}: others on this machine can read or change this file with a secret`,
    );
    expect(warnings).toContainEqual(expect.stringMatching(/^WORKERS: 200 processes share \d+ cores/));
  });
});
