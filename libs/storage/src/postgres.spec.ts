import { openStorage } from '#libs/storage';
import { describeStorages } from '#libs/testing';
import { expect, it } from '@jest/globals';
import { sql } from 'kysely';

describeStorages('a session', (storage) => {
  it('has the options of the address of a PostgreSQL and, before them, those of the service', async () => {
    if (storage.kind !== 'postgres') return;
    const place = await storage.fresh();
    const url = new URL(place.databaseUrl!);
    url.searchParams.set('options', '-c work_mem=8MB -c search_path=public');
    url.searchParams.set('application_name', 'shop');
    const db = await openStorage({
      ...place,
      name: 'library',
      databaseUrl: url.href,
      migrations: {},
      statementTimeoutMs: 4_321,
    });
    try {
      const names = ['work_mem', 'search_path', 'statement_timeout', 'application_name'];
      const { rows } = await sql<{ value: string }>`
        select current_setting(name) as value from unnest(${names}::text[]) as name`.execute(db);
      expect(rows.map(({ value }) => value)).toEqual(['8MB', 'library', '4321ms', 'shop']);
    } finally {
      await db.destroy();
    }
  });
});
