import { cpus } from 'node:os';

/** The share of the machine that must be idle before a measurement. */
const IDLE_SHARE = 0.7;
const POLL_MS = 400;
const MAX_WAIT_MS = 30_000;

/** Waits for a measuring interval of the load. */
export const passed = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

/** Waits until the machine is idle; after half a minute it reports the load and continues. */
export async function quietMachine(): Promise<void> {
  const since = performance.now();
  let idle = await idleShare();
  while (idle < IDLE_SHARE && performance.now() - since < MAX_WAIT_MS) idle = await idleShare();
  if (idle >= IDLE_SHARE) return;
  process.stdout.write(`busy   ${Math.round((1 - idle) * 100)} % of the machine is busy with other processes\n`);
}

async function idleShare(): Promise<number> {
  const before = times();
  await passed(POLL_MS);
  const after = times();
  return (after.idle - before.idle) / (after.all - before.all || 1);
}

function times(): { idle: number; all: number } {
  const all = cpus().map((cpu) => cpu.times);
  const sum = (values: number[]) => values.reduce((one, other) => one + other, 0);
  return { idle: sum(all.map(({ idle }) => idle)), all: sum(all.flatMap((one) => Object.values(one))) };
}
