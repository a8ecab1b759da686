import { setTimeout as passed } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';

// Runs in a thread of its own: it can look at the main thread while that is blocked.
const { shared, thresholdMs, beatMs } = workerData as {
  shared: SharedArrayBuffer;
  thresholdMs: number;
  beatMs: number;
};
/** How often the end of a block is looked for, in milliseconds. */
const END_MS = 5;
/** When the main thread was last seen, by the clock of both threads, in nanoseconds. */
const seen = new BigInt64Array(shared, 0, 1);
const asleep = new Int32Array(shared, 8, 1);
const lastBeat = () => Atomics.load(seen, 0);
const msSince = (ns: bigint) => Number(process.hrtime.bigint() - ns) / 1e6;

/** Runs in the main thread, on top of what blocks it: JavaScript is interrupted for it at the next loop or call. */
const STACK = `(() => {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 40;
  const { stack } = new Error();
  Error.stackTraceLimit = limit;
  return stack;
})()`;

/** The frames of the main thread; undefined if it runs none of ours any more. */
async function stackOfMain(): Promise<string | undefined> {
  // Loaded at the first block: it takes memory.
  const { Session } = await import('node:inspector');
  const session = new Session();
  session.connectToMainThread();
  return new Promise((resolve) => {
    session.post('Runtime.evaluate', { expression: STACK, returnByValue: true }, (error, answer) => {
      // A process that ends with a session waits for it, and says so on standard error.
      session.disconnect();
      const stack = error ? '' : String(answer.result.value);
      const frames = stack.split('\n').filter((line) => /^ +at /.test(line) && !line.includes('at <anonymous>:'));
      resolve(frames.length ? frames.map((line) => line.trim()).join('\n') : undefined);
    });
  });
}

/** Not at the top level: Node warns of what waits there for a main thread that ends. */
async function watch(): Promise<never> {
  for (;;) {
    const beat = lastBeat();
    const leftMs = thresholdMs - msSince(beat);
    if (leftMs > 0) {
      const sleptAt = process.hrtime.bigint();
      Atomics.wait(asleep, 0, 0, leftMs);
      const lateMs = msSince(sleptAt) - leftMs;
      // If this thread was late too, the machine was busy or suspended: the next beat comes soon.
      if (lateMs > thresholdMs / 2) Atomics.wait(asleep, 0, 0, 2 * beatMs);
      continue;
    }
    const stack = stackOfMain();
    while (lastBeat() === beat) await passed(END_MS);
    // The block began at some time between two beats.
    const durationMs = Number(lastBeat() - beat) / 1e6 - beatMs / 2;
    if (durationMs > thresholdMs) parentPort!.postMessage({ durationMs, endedAt: Date.now(), stack: await stack });
  }
}

void watch();
