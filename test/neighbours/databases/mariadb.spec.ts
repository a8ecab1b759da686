import { globSync, readFileSync } from 'node:fs';
import { type DatabaseServer, startMariadb } from '#libs/testing';
import { describeWith } from '#test/support/neighbours/describe-with';
import { afterAll, expect, it } from '@jest/globals';
import { programs } from './programs.ts';

/** Every spec of the storage and of the services that runs on SQLite and on PostgreSQL. */
const specs = globSync(['libs/storage/**/*.spec.ts', 'apps/**/*.spec.ts'])
  .filter((file) => readFileSync(file, 'utf8').includes('describeStorages('))
  .sort();
/** Data need not be durable. */
const FAST = ['--innodb-flush-log-at-trx-commit=0', '--skip-innodb-doublewrite'];
/** Each session is set up alike, whatever the defaults of the server are. */
const UNUSUAL = ['--sql-mode=', '--default-time-zone=-05:00', '--character-set-server=latin1'];

const isInstalled = programs.quick.every(({ version }) => version());

let server: DatabaseServer | undefined;
if (isInstalled) {
  server = await startMariadb([...FAST, ...UNUSUAL]);
  process.env['TEST_MARIADB_URL'] = server.url;
  for (const file of specs) await import(`../../../${file}`);
}
afterAll(async () => {
  await server?.stop();
});

describeWith(programs.quick, 'MariaDB', () => {
  it('runs the specs of the storage and of every service', () => {
    expect(specs.length).toBeGreaterThan(10);
  });
});
