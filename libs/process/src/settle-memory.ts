import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** V8's own collector, as `--expose-gc` gives it. */
type Collect = (options: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void;

/** Longer than any process runs, in milliseconds: 23 days, V8's maximum. */
const NEVER_MS = 2_000_000_000;

/**
 * Collects what starting has left behind, and gives its memory back to the system. V8 keeps it otherwise, in case it is
 * needed again: a third of a process that has just started is such. Takes about 100 ms.
 *
 * From then on V8 collects where it needs room, and no more whenever nothing has been asked for eight seconds: with the
 * garbage it forgets most of what it has compiled, and each request of the next second took three times as long.
 */
export function settleMemory(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as Collect;
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  setFlagsFromString(`--memory-reducer-delay-ms=${NEVER_MS}`);
}
