import { threadId } from 'node:worker_threads';
import type { TaskAnswer } from './task.ts';

/** A file of tasks, which threads of the pool's spec run. */

export const echo = (value: unknown): TaskAnswer<unknown> => ({ value });

export const thread = (_: null): TaskAnswer<number> => ({ value: threadId });

export const environment = (_: null): TaskAnswer<string[]> => ({ value: Object.keys(process.env) });

export const spin = (_: null): TaskAnswer<never> => {
  for (;;);
};

/** Goes on once the first number is not 0: the test decides when. */
export const whenOpen = (gate: SharedArrayBuffer): TaskAnswer<number> => {
  const first = new Int32Array(gate);
  Atomics.add(first, 1, 1);
  Atomics.notify(first, 1);
  Atomics.wait(first, 0, 0);
  return { value: threadId };
};

export const filled = (bytes: number): TaskAnswer<Uint8Array<ArrayBuffer>> => {
  const value = new Uint8Array(bytes).fill(7);
  return { value, transfer: [value.buffer] };
};

export const refuse = (limit: number): TaskAnswer<never> => ({
  refused: {
    code: 'PAYLOAD_TOO_LARGE',
    detail: `At most ${limit}.`,
    errors: [{ field: 'size', message: 'Too large' }],
  },
});

export const fail = (_: null): TaskAnswer<never> => {
  throw new TypeError('of the task');
};

export const exit = (_: null): TaskAnswer<never> => process.exit(3);

export const exhaust = (_: null): TaskAnswer<number> => {
  const kept: unknown[] = [];
  for (;;) kept.push({ at: kept.length, text: `${kept.length}` });
};
