import { startMariadb } from '#libs/testing';
import { restartUnderLoad } from '#test/support/database-restart';
import { describeWith } from '#test/support/neighbours/describe-with';
import { expect, it, jest } from '@jest/globals';
import { programs } from './programs.ts';

jest.setTimeout(240_000);

describeWith(programs.quick, 'MariaDB killed under load', () => {
  it('loses no committed order and doubles none', async () => {
    const server = await startMariadb([]);
    try {
      const row = await restartUnderLoad('MariaDB killed, 30 orders/s', server);
      expect(row.missed).toEqual([]);
    } finally {
      await server.stop();
    }
  });
});
