import { workerData } from 'node:worker_threads';

const { memory, times } = workerData as { memory: SharedArrayBuffer; times: number };
const counter = new Int32Array(memory);

/** Resolves no promise: spins until both workers are here. */
function meet(place: number): void {
  Atomics.add(counter, place, 1);
  while (Atomics.load(counter, place) < 2);
}

// The unlucky order: both read, then both write.
const value = counter[2]!;
meet(3);
counter[2] = value + 1;

meet(4);
for (let n = 0; n < times; n += 1) {
  counter[0]! += 1;
  Atomics.add(counter, 1, 1);
}
