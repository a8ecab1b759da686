import type { CollectedMetrics } from '#libs/metrics';
import type { LoopBlocks } from './loop-blocks/loop-blocks.ts';

/** Registers the count of blocks of the event loop, and their time. */
export function exposeLoopBlocks({ counts }: LoopBlocks, metrics: CollectedMetrics): void {
  metrics.counter(
    {
      name: 'event_loop_blocks_total',
      help: 'Times that the event loop was blocked for longer than BLOCKED_LOOP_MS.',
    },
    () => counts.blocks,
  );
  metrics.counter(
    { name: 'event_loop_blocked_seconds_total', help: 'Time of these blocks, in seconds.' },
    () => counts.durationMs / 1_000,
  );
}
