import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { eventLoop, SAMPLE_MS } from './event-loop-monitor.ts';

/** A time in which the event loop of the main thread could do nothing else. */
export interface LoopBlock {
  /** When it began, in milliseconds since the epoch. */
  startedAt: number;
  /** How long it took, in milliseconds, to within 10 ms. */
  durationMs: number;
  /** The frames that blocked it, the innermost first; undefined if they were gone when they could be read. */
  stack: string | undefined;
}

/** The memory of the thread that watches, in MB: it does next to nothing. */
const MEMORY = { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16 };

/**
 * Reports when the event loop was blocked for longer than a threshold, with the stack of what blocked it. A thread of its own
 * sees that the monitor of the main thread takes no samples, and has its stack read by the inspector, without a debugger or a profile. In
 * native code the stack is that of the moment after it.
 * @param onFailure called if the thread ends by itself: nothing is watched from then on
 * @returns ends the watch
 */
export function watchEventLoop(
  thresholdMs: number,
  onBlock: (block: LoopBlock) => void,
  onFailure: (error: Error) => void,
): () => Promise<void> {
  const shared = new SharedArrayBuffer(16);
  const seen = new BigInt64Array(shared, 0, 1);
  const beat = () => void Atomics.store(seen, 0, process.hrtime.bigint());
  beat();
  const stopBeating = eventLoop.listen(beat);
  const file = new URL(`./event-loop-watch.worker${extname(import.meta.url)}`, import.meta.url);
  const watcher = new Worker(file, {
    workerData: { shared, thresholdMs, beatMs: SAMPLE_MS },
    execArgv: [],
    resourceLimits: MEMORY,
  });
  watcher.unref();
  watcher.on('error', (error: Error) => {
    stopBeating();
    onFailure(error);
  });
  watcher.on('message', ({ endedAt, durationMs, stack }: LoopBlock & { endedAt: number }) =>
    onBlock({ startedAt: Math.round(endedAt - durationMs), durationMs: Math.round(durationMs), stack }),
  );
  return async () => {
    stopBeating();
    await watcher.terminate();
  };
}
