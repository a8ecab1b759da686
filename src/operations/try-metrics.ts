import { exemplarOf } from '#gateway/edge/metrics/exemplar';
import { BUCKETS_SECONDS } from '#gateway/edge/metrics/request-metrics';
import type { UpstreamClients } from '#libs/upstream';
import { Histogram, type Registry } from 'prom-client';

/** Registers the durations of the tries of upstream calls. */
export function exposeTries(clients: UpstreamClients, registry: Registry): void {
  const tries = new Histogram({
    name: 'upstream_try_duration_seconds',
    help: 'Duration of tries of upstream calls by outcome; queued time included.',
    labelNames: ['upstream', 'method', 'outcome', 'kind'],
    buckets: BUCKETS_SECONDS,
    enableExemplars: true,
    // A registry in Prometheus' format takes none with exemplars by itself.
    registers: [],
  });
  registry.registerMetric(tries);
  clients.watchTries(({ upstream, method, outcome, isHedge, number, durationMs }, _, context) => {
    const kind = isHedge ? 'hedge' : number > 1 ? 'retry' : 'first';
    const labels = { upstream, method, outcome, kind };
    tries.observe({ labels, value: durationMs / 1000, exemplarLabels: exemplarOf(context) });
  });
}
