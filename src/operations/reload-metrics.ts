import type { CollectedMetrics } from '#libs/metrics';
import type { Reloads } from './reload/reloads.ts';

/** Registers the count of reloads by outcome. */
export function exposeReloads({ counts }: Reloads, metrics: CollectedMetrics): void {
  metrics.counter(
    {
      name: 'settings_reloads_total',
      help: 'Reloads of settings by outcome: applied, unchanged or refused; in each worker.',
      labelNames: ['outcome'],
    },
    () => Object.entries(counts).map(([outcome, value]) => ({ labels: { outcome }, value })),
  );
}
