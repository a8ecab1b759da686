// A process that runs jobs for test/faults/jobs.spec.ts, until it is killed. Each run is noted; each effect is made once, by the id.
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as passed } from 'node:timers/promises';
import { openQueue, type WorkerPlace } from '#test/support/jobs/fault-queue';

const place = JSON.parse(process.argv[2]!) as WorkerPlace;
const effects = new DatabaseSync(place.effects, { timeout: 5_000 });
const { queue } = await openQueue(place);
queue.start(async (kind, { id, attempt, progress }) => {
  effects.prepare('insert into runs (id, attempt) values (?, ?)').run(id, attempt);
  if (kind === 'faults.poison') process.kill(process.pid, 'SIGKILL');
  for (let step = 0; step < 4; step += 1) {
    progress(step, 4);
    await passed(5 + Math.random() * 30);
  }
  effects.prepare('insert or ignore into effects (id) values (?)').run(id);
  return { id };
});
process.send!('started');
