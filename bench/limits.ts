// npm run bench:limits: what the limiter costs a request, in CPU time, in memory.
import { loadConfig } from '#gateway/config/config';
import { LimitStoreMemory } from '#gateway/edge/limits/limit-store.memory';
import { Limiter, rateHeaders, refusalOf } from '#gateway/edge/limits/limiter';
import type { Reservation } from '#gateway/edge/limits/reservation';
import { Context } from '#libs/upstream';
import { readOptions } from '#tools/launcher/read-options';
import { median } from './goals.ts';

readOptions(
  'npm run bench:limits\n\nMeasures the CPU of the limits of a request. Exits with 1 when the goal is missed.\n',
  {},
);

const TIMES = 200_000;
const CALLERS = 10_000;
const GOAL_MICROS = 5;

const limiter = new Limiter(loadConfig({ RATE_LIMIT_CUSTOMER: '9999999/1' }), new LimitStoreMemory());
const contexts = Array.from({ length: CALLERS }, (_, n) => {
  return new Context({ log: { requestId: 'bench' }, caller: { id: `u${n}`, scopes: [] }, timeoutMs: 1_000 });
});
const { forCaller } = limiter.plan({});

function microseconds(): number {
  const before = process.cpuUsage();
  for (let n = 0; n < TIMES; n += 1) {
    const reserved = limiter.take(contexts[n % CALLERS]!, forCaller, 4) as Reservation[];
    if (refusalOf(reserved)) throw new Error('refused');
    rateHeaders(reserved);
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / TIMES;
}

microseconds();
const micros = median(Array.from({ length: 5 }, microseconds));
process.stdout.write(`the limiter in memory: ${micros.toFixed(2)} µs a request, goal ${GOAL_MICROS}\n`);
process.exitCode = micros > GOAL_MICROS ? 1 : 0;
