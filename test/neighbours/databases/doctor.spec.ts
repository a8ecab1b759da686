import { migrations } from '#apps/orders/migrations';
import { openStorage } from '#libs/storage';
import { startMariadb } from '#libs/testing';
import { describeWith } from '#test/support/neighbours/describe-with';
import { checkDatabases } from '#tools/doctor/databases';
import { expect, it, jest } from '@jest/globals';
import { programs } from './programs.ts';

jest.setTimeout(240_000);

describeWith(programs.quick, 'npm run doctor before a MariaDB', () => {
  it('names its version, and the tables of each service', async () => {
    const server = await startMariadb();
    try {
      const data = { DATABASE_URL: `${server.url}/shop`, DATA_DIR: '.data' };
      const db = await openStorage({
        name: 'orders',
        databaseUrl: data.DATABASE_URL,
        dataDir: '.data',
        migrations,
      });
      await db.destroy();
      const found = await checkDatabases({ environment: {}, config: undefined, data });
      const lines = found.map(({ level, about, message }) => `${level} ${about}: ${message}`);
      expect(lines[0]).toMatch(/^ok MySQL or MariaDB 127\.0\.0\.1:\d+\/shop: answers, MariaDB \d+\.\d+/);
      expect(lines).toContainEqual(expect.stringMatching(/database shop_orders: has the tables of this release/));
      expect(lines).toContainEqual(expect.stringMatching(/database shop_users: is made at the first start/));
    } finally {
      await server.stop();
    }
  });
});
