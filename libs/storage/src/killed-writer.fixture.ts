// A process for storage.spec.ts: commits one row, leaves another uncommitted, and waits to be killed.
import { openStorage, type StorageOptions } from '#libs/storage';

interface Schema {
  shelf: { id: string; name: string; stock: number };
}

const place = JSON.parse(process.argv[2]!) as Pick<StorageOptions, 'dataDir' | 'databaseUrl'>;
const done = { up: async () => undefined };
const db = await openStorage<Schema>({ name: 'library', ...place, migrations: { '001': done, '002': done } });
await db.insertInto('shelf').values({ id: 'committed', name: 'Kept', stock: 1 }).execute();
await db.transaction().execute(async (transaction) => {
  await transaction.insertInto('shelf').values({ id: 'uncommitted', name: 'Lost', stock: 1 }).execute();
  process.send!('written');
  await new Promise(() => undefined);
});
