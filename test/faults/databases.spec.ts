import { findPostgres, startPostgres } from '#libs/testing';
import { restartUnderLoad } from '#test/support/database-restart';
import { describe, expect, it, jest } from '@jest/globals';

jest.setTimeout(240_000);

const binaries = findPostgres();
const withPostgres = binaries ? describe : describe.skip;

withPostgres(`a database killed under load${binaries ? '' : ' (no PostgreSQL on this machine)'}`, () => {
  it('PostgreSQL loses no committed order and doubles none', async () => {
    // Durable, as it is by default.
    const server = await startPostgres(binaries!, []);
    try {
      const row = await restartUnderLoad('PostgreSQL killed, 30 orders/s', server);
      expect(row.missed).toEqual([]);
    } finally {
      await server.stop();
    }
  });
});
