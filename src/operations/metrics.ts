import { LoginReports } from '#gateway/identity/provider/login-reports';
import { BUCKETS_SECONDS, RequestMetrics } from '#gateway/edge/metrics/request-metrics';
import { OpenStreams } from '#gateway/edge/streams/open-streams';
import { Limiter } from '#gateway/edge/limits/limiter';
import { Shedding } from '#gateway/edge/shedding/shedding';
import { Cache } from '#libs/cache';
import { EventLog } from '#libs/events';
import { isWorker } from '#libs/process';
import { UpstreamClients } from '#libs/upstream';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Histogram, Registry } from 'prom-client';
import { exposeCache } from './cache-metrics.ts';
import { CollectedMetrics } from './collected-metrics.ts';
import { exposeLimits } from './limit-metrics.ts';
import { exposeLogins } from './login-metrics.ts';
import { descriptionsOf, type MetricDescription } from './metric-snapshot.ts';
import { exposeTraces } from './trace-metrics.ts';
import { exposeProcess } from './process/process-metrics.ts';
import { exposeStreams } from './stream-metrics.ts';
import { exposeUpstreams } from './upstream-metrics.ts';
import { TraceExport } from './trace-export.ts';
import { WorkerMetrics } from './worker-metrics.ts';

/** Collects the metrics of the process, the requests, the upstreams and the rest of the gateway for Prometheus. */
@Injectable()
export class Metrics implements OnModuleInit, OnApplicationShutdown {
  static readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;
  private ofWorker: WorkerMetrics | undefined;
  private stopMeasuring: (() => void) | undefined;
  private readonly registry = new Registry();
  private readonly tries = new Histogram({
    name: 'upstream_try_duration_seconds',
    help: 'Duration of tries of upstream calls by outcome; queued time included.',
    labelNames: ['upstream', 'method', 'outcome', 'kind'],
    buckets: BUCKETS_SECONDS,
    registers: [this.registry],
  });

  constructor(
    private readonly requests: RequestMetrics,
    private readonly clients: UpstreamClients,
    private readonly cache: Cache,
    private readonly limiter: Limiter,
    private readonly shedding: Shedding,
    private readonly streams: OpenStreams,
    private readonly eventLog: EventLog,
    private readonly logins: LoginReports,
    private readonly traces: TraceExport,
    private readonly logger: PinoLogger,
  ) {}

  onModuleInit(): void {
    const collected = new CollectedMetrics(this.registry);
    this.stopMeasuring = exposeProcess(this.registry, collected);
    this.registry.registerMetric(this.requests.durations);
    this.clients.watchTries(({ upstream, method, outcome, isHedge, number, durationMs }) => {
      const kind = isHedge ? 'hedge' : number > 1 ? 'retry' : 'first';
      this.tries.observe({ upstream, method, outcome, kind }, durationMs / 1000);
    });
    exposeUpstreams(this.clients, collected);
    exposeCache(this.cache, collected);
    exposeLimits(this.limiter, this.shedding, collected);
    exposeLogins(this.logins, collected);
    exposeTraces(this.traces, collected);
    exposeStreams(this.streams, this.eventLog, this.clients, collected);
    if (isWorker) {
      const failed = (error: unknown) => this.logger.error({ err: error }, 'metrics cannot be read');
      this.ofWorker = new WorkerMetrics(this.registry, failed);
    }
  }

  /** The requests in flight have ended by now, and are counted. */
  async onApplicationShutdown(): Promise<void> {
    this.stopMeasuring?.();
    await this.ofWorker?.stop();
  }

  /** All metrics in Prometheus' text format; of all workers, if there are several. */
  expose(): Promise<string> {
    return this.ofWorker?.ofAll() ?? this.registry.metrics();
  }

  /** The descriptions of all metrics. */
  describe(): MetricDescription[] {
    return descriptionsOf(this.registry);
  }
}
