import { settleMemory } from '#libs/process';

// A process for the specs: it allocates much at start, settles, and continues to produce garbage.
let starting: object[] | undefined = Array.from({ length: 1_000_000 }, (_, n) => ({ n }));
const before = process.memoryUsage().rss;
process.send?.({ things: starting.length });
starting = undefined;
settleMemory();
process.send?.({ before, after: process.memoryUsage().rss });

const work = setInterval(() => JSON.stringify(Array.from({ length: 10_000 }, (_, n) => ({ n }))), 5);
process.on('message', () => {
  clearInterval(work);
  process.disconnect?.();
});
