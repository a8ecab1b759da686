// A process for migrations.spec.ts: runs or undoes a migration up to a moment, and waits there to be killed.
import { migrateStorage, type Migrations, type StorageOptions } from '#libs/storage';
import { inHalves, type Moment } from './migrations.fixture.ts';

interface Order {
  place: Pick<StorageOptions, 'dataDir' | 'databaseUrl'>;
  direction: keyof Pick<Migrations, 'up' | 'down'>;
  until: Moment;
}

const { place, direction, until } = JSON.parse(process.argv[2]!) as Order;
const halves = inHalves(async (moment) => {
  if (moment !== until) return;
  process.send!(moment);
  await new Promise(() => undefined);
});
await migrateStorage({ name: 'library', ...place, migrations: { '001-halves': halves } }, (of) => of[direction]());
