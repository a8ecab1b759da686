import { fork } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, expect, it } from '@jest/globals';
import { aKind, type QueuePlace, queuePlaces, seen, working } from './queues.fixture.ts';

const LEASE_MS = 1_000;

const { places, stop } = await queuePlaces();
afterAll(stop);
let place: QueuePlace;
afterEach(() => place.end());

it.each(places)('jobs of a killed process are run again, or are in the dead letter, %s', async (_, placeOf) => {
  place = placeOf();
  const script = new URL('./killed-runner.fixture.ts', import.meta.url);
  const options = ['-C', 'atrium', '--import', './tools/swc-register.mjs'];
  const kinds = [aKind(), aKind({ name: 'spec.poison', attempts: 1 })];
  const queue = await place.open(kinds, { leaseMs: LEASE_MS });
  await queue.add('spec.work', 'kept', { owner: 'ada', id: 'work' });
  await queue.add('spec.poison', null, { owner: 'ada', id: 'poison' });
  const argument = JSON.stringify({ ...place.address, leaseMs: LEASE_MS });
  const child = fork(script, [argument], { execArgv: options, stdio: 'inherit' });
  const begun = [await once(child, 'message'), await once(child, 'message')].flat();
  expect(begun.filter((kind) => typeof kind === 'string').sort()).toEqual(['spec.poison', 'spec.work']);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const ended = [seen(queue, 'work', 'COMPLETED'), seen(queue, 'poison', 'FAILED')];
  working(queue, ({ input }) => input);
  await Promise.all(ended);
  const work = (await queue.find('work'))!;
  expect(work).toMatchObject({ state: 'COMPLETED', result: 'kept' });
  // On a busy machine this process may miss its own lease.
  expect(work.attempt).toBeGreaterThanOrEqual(2);
  expect(await queue.find('poison')).toMatchObject({ attempt: 1, failure: { code: 'JOB_STALLED' } });
});
