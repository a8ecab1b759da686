import { parentPort, workerData } from 'node:worker_threads';
import type { Recording } from './recording.ts';
import { type Candidate, simulate } from './simulate.ts';
import { VirtualClock } from './virtual-clock.ts';

// A thread for one rehearsal, since its clock takes the place of the real one.
const { recording, candidate } = workerData as { recording: Recording; candidate: Candidate };

/** Numbers from 0 to below 1, the same ones each time (mulberry32): the same rehearsal has the same figures. */
let state = 1;
function random(): number {
  state = (state + 0x6d2b79f5) >>> 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}

const clock = new VirtualClock();
clock.install();
Math.random = random;
parentPort!.postMessage(await simulate(recording, candidate, clock, random));
