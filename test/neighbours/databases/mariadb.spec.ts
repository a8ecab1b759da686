import { globSync, readFileSync } from 'node:fs';
import { type DatabaseServer, startMariadb } from '#libs/testing';
import { describeWith } from '#test/support/neighbours/describe-with';
import { afterAll, expect, it } from '@jest/globals';
import { programs } from './programs.ts';

/** Every spec of the storage and of the services that runs on SQLite and on PostgreSQL. */
const specs = globSync(['libs/storage/**/*.spec.ts', 'apps/**/*.spec.ts'])
  .filter((file) => readFileSync(file, 'utf8').includes('describeStorages('))
  .sort();
const isInstalled = programs.quick.every(({ version }) => version());

let server: DatabaseServer | undefined;
if (isInstalled) {
  server = await startMariadb();
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
