import type { Cache, Stats } from '#libs/cache';
import type { CollectedMetrics } from '#libs/metrics';

/** Registers the metrics of the cache: outcomes by question, its size, and the state of Redis. */
export function exposeCache(cache: Cache, metrics: CollectedMetrics): void {
  const perQuestion = (of: (stats: Stats) => number) => () =>
    cache.declared.map(({ port, question, stats }) => ({ labels: { port, question }, value: of(stats) }));
  const one = (of: (report: ReturnType<Cache['report']>) => number) => () => of(cache.report());

  metrics.counter(
    {
      name: 'cache_answers_total',
      help:
        'Questions of ports by outcome: hit, miss, stale (a hit, requested again), stale_on_error, ' +
        'stale_on_timeout (the upstream took longer than it usually does).',
      labelNames: ['port', 'question', 'outcome'],
    },
    () =>
      cache.declared.flatMap(({ port, question, stats }) => [
        { labels: { port, question, outcome: 'hit' }, value: stats.hits },
        { labels: { port, question, outcome: 'miss' }, value: stats.misses },
        { labels: { port, question, outcome: 'stale' }, value: stats.stale },
        { labels: { port, question, outcome: 'stale_on_error' }, value: stats.staleOnError },
        { labels: { port, question, outcome: 'stale_on_timeout' }, value: stats.staleOnTimeout },
      ]),
  );
  metrics.counter(
    {
      name: 'cache_redis_reads_total',
      help: 'Reads of the second tier.',
      labelNames: ['port', 'question'],
    },
    perQuestion(({ redisReads }) => redisReads),
  );
  metrics.counter(
    {
      name: 'cache_redis_read_seconds_total',
      help: 'Total time of reads of the second tier.',
      labelNames: ['port', 'question'],
    },
    perQuestion(({ redisReadMs }) => redisReadMs / 1000),
  );
  metrics.gauge(
    { name: 'cache_memory_bytes', help: 'Bytes that the first tier holds.', aggregator: 'sum' },
    one(({ memory }) => memory.bytes),
  );
  metrics.gauge(
    { name: 'cache_memory_entries', help: 'Answers that the first tier holds.', aggregator: 'sum' },
    one(({ memory }) => memory.entries),
  );
  metrics.counter(
    { name: 'cache_memory_evictions_total', help: 'Answers evicted because the first tier was full.' },
    one(({ memory }) => memory.evictions),
  );
  metrics.gauge(
    {
      name: 'cache_redis_up',
      help: '1 while every worker uses the second tier; 0 without one.',
      aggregator: 'min',
    },
    one(({ redis }) => (redis?.isUp ? 1 : 0)),
  );
  metrics.counter(
    { name: 'cache_redis_failures_total', help: 'Commands to the second tier that failed.' },
    one(({ redis }) => redis?.failures ?? 0),
  );
  metrics.gauge(
    { name: 'cache_redis_mean_seconds', help: 'Mean time of a command since the start.', aggregator: 'average' },
    one(({ redis }) => (redis?.meanMs ?? 0) / 1000),
  );
}
