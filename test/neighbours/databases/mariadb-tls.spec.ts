import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStorage } from '#libs/storage';
import { CertificateAuthority, type DatabaseServer, startMariadb } from '#libs/testing';
import { describeWith } from '#test/support/neighbours/describe-with';
import { mariadb } from '#test/support/neighbours/programs';
import { checkDatabases } from '#tools/doctor/databases';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import mysql from 'mysql2/promise';

describeWith([mariadb], 'MariaDB with TLS', () => {
  let server: DatabaseServer;
  let folder: string;
  const authority = new CertificateAuthority();
  const file = (name: string, content: string) => {
    writeFileSync(join(folder, name), content, { mode: 0o644 });
    return join(folder, name);
  };
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'atrium-mariadb-tls-'));
    const { cert, key } = authority.issue('localhost');
    file('ca.pem', authority.cert);
    file('other.pem', new CertificateAuthority('Another').cert);
    const tls = [`--ssl-cert=${file('cert.pem', cert)}`, `--ssl-key=${file('key.pem', key)}`];
    chmodSync(folder, 0o755);
    server = await startMariadb(['--innodb-flush-log-at-trx-commit=0', ...tls]);
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The cipher of a session, or why there is none; and what the doctor says. */
  async function connectedBy(parameters: string, host = 'localhost'): Promise<[session: string, doctor: string]> {
    const { port } = new URL(server.url);
    const databaseUrl = `mariadb://root@${host}:${port}/shop?${parameters.replaceAll('FOLDER', folder)}`;
    const [finding] = await checkDatabases({
      environment: {},
      config: undefined,
      data: { DATABASE_URL: databaseUrl, DATA_DIR: '.data' },
    });
    try {
      const db = await openStorage({ name: 'library', dataDir: '.data', databaseUrl, migrations: {} });
      const { rows } = await sql<{ Value: string }>`show session status like 'Ssl_cipher'`.execute(db);
      await db.destroy();
      return [rows[0]!.Value && 'encrypted', finding!.level];
    } catch (error) {
      return [(error as Error).message.replace(/^.*cannot use MySQL: /, ''), finding!.level];
    }
  }

  it('is used in plain text, encrypted, or with its certificate checked, as ssl-mode says', async () => {
    expect(await connectedBy('')).toEqual(['', 'ok']);
    expect(await connectedBy('ssl-mode=REQUIRED')).toEqual(['encrypted', 'ok']);
    expect(await connectedBy('ssl-mode=VERIFY_CA&ssl-ca=FOLDER/ca.pem')).toEqual(['encrypted', 'ok']);
    const [session, doctor] = await connectedBy('ssl-mode=VERIFY_CA&ssl-ca=FOLDER/other.pem');
    expect([session, doctor]).toEqual([expect.stringMatching(/certificate|unable to verify/i), 'problem']);
  });

  it('is refused with VERIFY_IDENTITY if its certificate is for another host', async () => {
    const identity = 'ssl-mode=VERIFY_IDENTITY&ssl-ca=FOLDER/ca.pem';
    expect(await connectedBy(identity)).toEqual(['encrypted', 'ok']);
    const { cert, key } = authority.issue('db.example');
    file('cert.pem', cert);
    file('key.pem', key);
    const admin = await mysql.createConnection({ uri: server.url.replace('mariadb', 'mysql') });
    await admin.query('flush ssl');
    admin.destroy();
    const [session, doctor] = await connectedBy(identity);
    expect([session, doctor]).toEqual([expect.stringMatching(/does not match certificate's altnames/), 'problem']);
  });

  it('names a file that is missing', async () => {
    const [session, doctor] = await connectedBy('ssl-mode=VERIFY_CA&ssl-ca=FOLDER/none.pem');
    expect([session, doctor]).toEqual([expect.stringMatching(/ENOENT.*none\.pem/), 'problem']);
  });

  it('is reached by its socket', async () => {
    expect(await connectedBy(`socket=${server.folder}/socket`, 'nowhere.invalid')).toEqual(['', 'ok']);
  });
});
