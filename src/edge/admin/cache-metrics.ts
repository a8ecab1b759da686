import type { Cache, Stats } from '#libs/cache';
import { Counter, Gauge, type Registry } from 'prom-client';

/** Adds what Prometheus scrapes of the cache: what came of each question, how much is held, how Redis does. */
export function exposeCache(cache: Cache, registry: Registry): void {
  const registers = [registry];
  new Counter({
    name: 'cache_answers_total',
    help:
      'Questions of ports by what became of them: hit, miss, stale (a hit, requested again), stale_on_error, ' +
      'stale_on_timeout (the upstream took longer than it usually does).',
    labelNames: ['port', 'question', 'outcome'],
    registers,
    collect() {
      this.reset();
      for (const { port, question, stats } of cache.declared) {
        this.inc({ port, question, outcome: 'hit' }, stats.hits);
        this.inc({ port, question, outcome: 'miss' }, stats.misses);
        this.inc({ port, question, outcome: 'stale' }, stats.stale);
        this.inc({ port, question, outcome: 'stale_on_error' }, stats.staleOnError);
        this.inc({ port, question, outcome: 'stale_on_timeout' }, stats.staleOnTimeout);
      }
    },
  });
  redisReads('cache_redis_reads_total', 'How often the second tier was read.', ({ redisReads }) => redisReads);
  redisReads(
    'cache_redis_read_seconds_total',
    'How long reading the second tier took in all.',
    ({ redisReadMs }) => redisReadMs / 1000,
  );
  gauge('cache_memory_bytes', 'How much the first tier holds.', ({ memory }) => memory.bytes);
  gauge('cache_memory_entries', 'How many answers the first tier holds.', ({ memory }) => memory.entries);
  gauge(
    'cache_memory_evictions',
    'How many answers had to go for want of room.',
    ({ memory }) => memory.evictions,
  );
  gauge('cache_redis_up', '1 while the second tier is used.', ({ redis }) => (redis?.isUp ? 1 : 0));
  gauge('cache_redis_failures', 'How many commands failed.', ({ redis }) => redis?.failures ?? 0);
  gauge('cache_redis_mean_seconds', 'How long commands took.', ({ redis }) => (redis?.meanMs ?? 0) / 1000);

  function redisReads(name: string, help: string, of: (stats: Stats) => number): void {
    new Counter({
      name,
      help,
      labelNames: ['port', 'question'],
      registers,
      collect() {
        this.reset();
        for (const { port, question, stats } of cache.declared) this.inc({ port, question }, of(stats));
      },
    });
  }

  function gauge(name: string, help: string, of: (report: ReturnType<Cache['report']>) => number): void {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(of(cache.report()));
      },
    });
  }
}
