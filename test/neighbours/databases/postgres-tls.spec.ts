import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AnyDatabase, type AnySchema, databaseUrlProblem, openStorage } from '#libs/storage';
import {
  CertificateAuthority,
  type DatabaseServer,
  eventually,
  findPostgres,
  startPostgres,
  unprivileged,
} from '#libs/testing';
import { checkDatabases } from '#tools/doctor/databases';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';

const binaries = findPostgres();
const onPostgres = binaries ? describe : describe.skip;

const UNTRUSTED = /self-signed certificate|unable to verify|unable to get/;
const OTHER_HOST = /altnames/;
const NONE = /The server does not support SSL connections/;

onPostgres(`PostgreSQL with TLS${binaries ? '' : ' (not on this machine: PostgreSQL)'}`, () => {
  let server: DatabaseServer;
  let folder: string;
  const authority = new CertificateAuthority();
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'atrium-postgres-tls-'));
    const { uid = -1, gid = -1 } = unprivileged(folder, 'postgres');
    // PostgreSQL wants a key that nobody else reads.
    const file = (name: string, content: string) => {
      writeFileSync(join(folder, name), content, { mode: 0o600 });
      if (uid >= 0) chownSync(join(folder, name), uid, gid);
      return join(folder, name);
    };
    const { cert, key } = authority.issue('localhost');
    const customer = authority.issue('ada', []);
    file('ada.pem', customer.cert);
    file('ada.key', customer.key);
    file('other.pem', new CertificateAuthority('Another').cert);
    server = await startPostgres(binaries!, [
      'fsync=off',
      `ssl_cert_file=${file('cert.pem', cert)}`,
      `ssl_key_file=${file('key.pem', key)}`,
      `ssl_ca_file=${file('ca.pem', authority.cert)}`,
    ]);
    await reloadedWith(async (admin) => sql`alter system set ssl = on`.execute(admin));
    await eventually(async () => (await connectedBy('sslmode=no-verify'))[0] === 'encrypted');
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Changes settings that the server reads again; it does so some time later. */
  async function reloadedWith(change: (admin: AnyDatabase) => Promise<unknown>): Promise<void> {
    const admin = await openStorage<AnySchema>({
      name: 'admin',
      dataDir: '.data',
      databaseUrl: server.url,
      migrations: {},
    });
    await change(admin);
    await sql`select pg_reload_conf()`.execute(admin);
    await admin.destroy();
  }

  /** Whether a session is encrypted, or why there is none; and what the doctor says. */
  async function connectedBy(parameters: string, { host = 'localhost', user = 'postgres' } = {}) {
    const { port } = new URL(server.url);
    const databaseUrl = `postgres://${user}@${host}:${port}/postgres?${parameters.replaceAll('FOLDER', folder)}`;
    expect(databaseUrlProblem(databaseUrl)).toBeUndefined();
    const data = { DATABASE_URL: databaseUrl, DATA_DIR: '.data' };
    const [finding] = await checkDatabases({ environment: {}, config: undefined, data });
    try {
      const db = await openStorage({ name: 'library', dataDir: '.data', databaseUrl, migrations: {} });
      const { rows } = await sql<{ ssl: boolean }>`
        select ssl from pg_catalog.pg_stat_ssl where pid = pg_backend_pid()`.execute(db);
      await db.destroy();
      return [rows[0]!.ssl ? 'encrypted' : 'plain', finding!.level];
    } catch (error) {
      expect(finding!.advice).toMatch(/^Check sslmode and sslrootcert in DATABASE_URL/);
      return [(error as Error).message, finding!.level];
    }
  }
  const refused = (why: RegExp) => [expect.stringMatching(why), 'problem'];
  const own = 'sslrootcert=FOLDER/ca.pem';

  it('is used in plain text or unchecked where that is asked for', async () => {
    expect(await connectedBy('')).toEqual(['plain', 'ok']);
    expect(await connectedBy('sslmode=disable')).toEqual(['plain', 'ok']);
    expect(await connectedBy('sslmode=no-verify')).toEqual(['encrypted', 'ok']);
  });

  it.each(['sslmode=prefer', 'sslmode=require', 'sslmode=verify-ca', 'sslmode=verify-full', 'ssl=true'])(
    'has to be of a trusted authority, and of the host, by %s',
    async (mode) => {
      expect(await connectedBy(mode)).toEqual(refused(UNTRUSTED));
      if (mode.startsWith('ssl=')) return;
      expect(await connectedBy(`${mode}&${own}`)).toEqual(['encrypted', 'ok']);
      expect(await connectedBy(`${mode}&sslrootcert=FOLDER/other.pem`)).toEqual(refused(UNTRUSTED));
      expect(await connectedBy(`${mode}&${own}`, { host: '127.0.0.1' })).toEqual(refused(OTHER_HOST));
    },
  );

  it.each([
    ['prefer', ['encrypted', 'ok']],
    ['require', ['encrypted', 'ok']],
    [`verify-ca&${own}`, ['encrypted', 'ok']],
    [`verify-full&${own}`, refused(OTHER_HOST)],
    ['verify-full&sslrootcert=FOLDER/other.pem', refused(UNTRUSTED)],
    ['verify-ca', refused(/requires specifying a CA with sslrootcert/)],
  ])('means what it means to psql with uselibpqcompat=true, at another host: %s', async (mode, expected) => {
    const found = await connectedBy(`uselibpqcompat=true&sslmode=${mode}`, { host: '127.0.0.1' });
    expect(found).toEqual(expected);
  });

  it('names a file that is missing', async () => {
    expect(await connectedBy('sslmode=verify-full&sslrootcert=FOLDER/none.pem')).toEqual(
      refused(/ENOENT.*none\.pem/),
    );
  });

  it('that refuses plain text says so, and takes a certificate of a client where it requires one', async () => {
    await reloadedWith(async (admin) => {
      await sql`create role ada superuser login`.execute(admin);
      const rules = ['hostssl all postgres all trust', 'hostssl all ada all cert'];
      writeFileSync(join(server.folder, 'data/pg_hba.conf'), `${rules.join('\n')}\n`);
    });
    await eventually(async () => (await connectedBy(''))[0] !== 'plain');
    const full = `sslmode=verify-full&${own}`;
    expect(await connectedBy('')).toEqual(refused(/no pg_hba\.conf entry for host .* no encryption/));
    expect(await connectedBy(full)).toEqual(['encrypted', 'ok']);
    expect(await connectedBy(full, { user: 'ada' })).toEqual(refused(/requires a valid client certificate/));
    const certificate = `${full}&sslcert=FOLDER/ada.pem&sslkey=FOLDER/ada.key`;
    expect(await connectedBy(certificate, { user: 'ada' })).toEqual(['encrypted', 'ok']);
  });

  it('that has no TLS is used by none and disable alone', async () => {
    server.url = `${server.url}?sslmode=no-verify`;
    await reloadedWith(async (admin) => {
      writeFileSync(join(server.folder, 'data/pg_hba.conf'), 'host all all all trust\n');
      await sql`alter system set ssl = off`.execute(admin);
    });
    await eventually(async () => (await connectedBy(''))[0] === 'plain');
    expect(await connectedBy('sslmode=disable')).toEqual(['plain', 'ok']);
    for (const mode of ['no-verify', 'prefer', 'require', 'verify-ca', 'verify-full'])
      expect([mode, await connectedBy(`sslmode=${mode}`)]).toEqual([mode, refused(NONE)]);
  });
});
