import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** V8's garbage collector, as `--expose-gc` exposes it. */
type Collect = (options: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void;

/** Longer than any process runs, in milliseconds: 23 days, V8's maximum. */
const NEVER_MS = 2_000_000_000;

/**
 * Collects the garbage of the start, and returns its memory to the system, which V8 would keep for reuse: a third of
 * the memory of a process that has just started. Takes about 100 ms.
 *
 * From then on V8 collects only when it needs memory, and no longer after eight idle seconds: an idle collection also
 * discards most of the compiled code, after which each request of the next second took three times as long. All objects begin in
 * the young generation: what V8 places in the old one by the survival of earlier objects stays there until a full collection.
 */
export function settleMemory(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as Collect;
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  setFlagsFromString(`--memory-reducer-delay-ms=${NEVER_MS}`);
  setFlagsFromString('--no-allocation-site-pretenuring');
}
