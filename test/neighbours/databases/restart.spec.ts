/** @alone It measures how soon orders are placed again. */
import { type DatabaseServer, findPostgres, startMariadb, startPostgres } from '#libs/testing';
import { restartUnderLoad } from '#test/support/database-restart';
import { describeWith } from '#test/support/neighbours/describe-with';
import { describe, expect, it, jest } from '@jest/globals';
import { programs } from './programs.ts';

jest.setTimeout(240_000);

const binaries = findPostgres();
const withPostgres = binaries ? describe : describe.skip;

/** A database that is killed under load, and started again. @param start with durable data, as by default */
function losesNothing(name: string, start: () => Promise<DatabaseServer>): void {
  it('loses no committed order and doubles none', async () => {
    const server = await start();
    try {
      const row = await restartUnderLoad(`${name} killed, 30 orders/s`, server);
      expect(row.missed).toEqual([]);
    } finally {
      await server.stop();
    }
  });
}

describeWith(programs.quick, 'MariaDB killed under load', () => losesNothing('MariaDB', () => startMariadb([])));

withPostgres(`PostgreSQL killed under load${binaries ? '' : ' (none on this machine)'}`, () =>
  losesNothing('PostgreSQL', () => startPostgres(binaries!, [])),
);
