import { migrations } from '#apps/orders/migrations';
import { openStorage } from '#libs/storage';
import { startMariadb } from '#libs/testing';
import { describeWith } from '#test/support/neighbours/describe-with';
import { checkDatabases } from '#tools/doctor/databases';
import { expect, it, jest } from '@jest/globals';
import { createConnection } from 'mysql2/promise';
import { programs } from './programs.ts';

jest.setTimeout(240_000);

describeWith(programs.quick, 'npm run doctor before a MariaDB', () => {
  it('names its version, the tables of each service, and a user that may not make them', async () => {
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

      const admin = await createConnection(server.url);
      await admin.query("create user reader identified by 'x'");
      await admin.query('grant select, insert, update, delete on `shop\\_%`.* to reader');
      const url = new URL(data.DATABASE_URL);
      Object.assign(url, { username: 'reader', password: 'x' });
      const rights = async () =>
        (await checkDatabases({ environment: {}, config: undefined, data: { ...data, DATABASE_URL: url.href } }))
          .slice(1)
          .map(({ level, message }) => `${level}: ${message.split(',')[0]}`);
      const without = await rights();
      await admin.query('grant all on `shop\\_%`.* to reader');
      const withAll = await rights();
      await admin.end();
      expect(new Set(without)).toEqual(new Set(['problem: does not let this user create tables']));
      expect(withAll.filter((line) => !line.startsWith('ok'))).toEqual([]);
    } finally {
      await server.stop();
    }
  });
});
