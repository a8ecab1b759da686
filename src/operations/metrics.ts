import { Config } from '#gateway/config/config';
import { UploadCounts } from '#gateway/files/uploads/upload-counts';
import { JobRegistry } from '#gateway/jobs/job-registry';
import { JobRuns } from '#gateway/jobs/job-runs';
import { Schedules } from '#gateway/jobs/schedules';
import { LoginReports } from '#gateway/identity/provider/login-reports';
import { exemplarOf } from '#gateway/edge/metrics/exemplar';
import { BUCKETS_SECONDS, RequestMetrics } from '#gateway/edge/metrics/request-metrics';
import { ConnectionLimit } from '#gateway/edge/connections/connection-limit';
import { OpenStreams } from '#gateway/edge/streams/open-streams';
import { Limiter } from '#gateway/edge/limits/limiter';
import { Shedding } from '#gateway/edge/shedding/shedding';
import { Documents } from '#gateway/transports/graphql/documents/documents';
import { Usage } from '#gateway/transports/usage/usage';
import { Cache } from '#libs/cache';
import { EventLog } from '#libs/events';
import { JobQueue } from '#libs/jobs';
import { otlpTarget } from '#libs/observe';
import { isWorker } from '#libs/process';
import { UpstreamClients } from '#libs/upstream';
import { WorkerPool } from '#libs/workers';
import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { PinoLogger } from 'nestjs-pino';
import { Histogram, Registry } from 'prom-client';
import { exposeCache } from './cache-metrics.ts';
import { exposeCertificates } from './certificates/certificate-metrics.ts';
import { Certificates } from './certificates/certificates.ts';
import { CollectedMetrics } from '#libs/metrics';
import { exposeLimits } from './limit-metrics.ts';
import { exposeErrorReports } from './error-reports/error-report-metrics.ts';
import { ErrorReports } from './error-reports/error-reports.ts';
import { exposeJobs } from './jobs/job-metrics.ts';
import { exposeLogs } from './log-metrics.ts';
import { exposeLogins } from './login-metrics.ts';
import { exposeTraces } from './trace-metrics.ts';
import type { ExpositionFormat } from './exposition/exposition-format.ts';
import { openMetricsText } from './exposition/open-metrics.ts';
import { descriptionsOf, type MetricDescription, snapshotOf } from './registry/metric-snapshot.ts';
import type { MetricExport } from './otlp/metric-export.ts';
import { exposeProcess } from './process/process-metrics.ts';
import { exposeLoopBlocks } from './loop-block-metrics.ts';
import { LoopBlocks } from './loop-blocks/loop-blocks.ts';
import { exposeReloads } from './reload-metrics.ts';
import { Reloads } from './reload/reloads.ts';
import { exposeStreams } from './stream-metrics.ts';
import { exposeUploads } from './upload-metrics.ts';
import { exposeUpstreams } from './upstream-metrics.ts';
import { TraceExport } from './trace-export.ts';
import { exposeUsage } from './usage/usage-metrics.ts';
import { WorkerMetrics } from './worker-metrics.ts';
import { exposeWorkerPool } from './worker-pool-metrics.ts';
import { exposeWorkers } from './workers/worker-process-metrics.ts';
import { WorkerReports } from './workers/worker-reports.ts';

/** Collects the metrics of the process, the requests, the upstreams and the rest of the gateway for Prometheus. */
@Injectable()
export class Metrics implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  private ofWorker: WorkerMetrics | undefined;
  private metricExport: MetricExport | undefined;
  private stopMeasuring: (() => void) | undefined;
  private readonly registry = new Registry();
  private readonly tries = new Histogram({
    name: 'upstream_try_duration_seconds',
    help: 'Duration of tries of upstream calls by outcome; queued time included.',
    labelNames: ['upstream', 'method', 'outcome', 'kind'],
    buckets: BUCKETS_SECONDS,
    enableExemplars: true,
    // A registry in Prometheus' format takes none with exemplars by itself.
    registers: [],
  });

  constructor(
    private readonly requests: RequestMetrics,
    private readonly clients: UpstreamClients,
    private readonly cache: Cache,
    private readonly limiter: Limiter,
    private readonly shedding: Shedding,
    private readonly streams: OpenStreams,
    private readonly connections: ConnectionLimit,
    private readonly eventLog: EventLog,
    private readonly logins: LoginReports,
    private readonly traces: TraceExport,
    private readonly documents: Documents,
    private readonly usage: Usage,
    private readonly host: HttpAdapterHost,
    private readonly blocks: LoopBlocks,
    private readonly reloads: Reloads,
    private readonly certificates: Certificates,
    private readonly errorReports: ErrorReports,
    private readonly workerPool: WorkerPool,
    private readonly workerReports: WorkerReports,
    private readonly uploads: UploadCounts,
    private readonly jobs: JobQueue,
    private readonly registryOfJobs: JobRegistry,
    private readonly schedules: Schedules,
    private readonly jobRuns: JobRuns,
    private readonly config: Config,
    private readonly logger: PinoLogger,
  ) {}

  onModuleInit(): void {
    const collected = new CollectedMetrics(this.registry);
    this.registry.registerMetric(this.tries);
    this.stopMeasuring = exposeProcess(this.registry, collected);
    this.registry.registerMetric(this.requests.durations);
    this.registry.registerMetric(this.requests.operationDurations);
    this.clients.watchTries(({ upstream, method, outcome, isHedge, number, durationMs }, _, context) => {
      const kind = isHedge ? 'hedge' : number > 1 ? 'retry' : 'first';
      const labels = { upstream, method, outcome, kind };
      this.tries.observe({ labels, value: durationMs / 1000, exemplarLabels: exemplarOf(context) });
    });
    exposeUpstreams(this.clients, collected);
    exposeCache(this.cache, collected);
    exposeLimits(this.limiter, this.shedding, this.connections, collected);
    exposeLogins(this.logins, collected);
    exposeTraces(this.traces, collected);
    exposeLoopBlocks(this.blocks, collected);
    exposeReloads(this.reloads, collected);
    exposeCertificates(this.certificates, collected);
    exposeWorkerPool(this.workerPool, collected, this.registry);
    exposeWorkers(this.workerReports, collected);
    exposeJobs(this.jobs, this.registryOfJobs, this.schedules, collected);
    this.registry.registerMetric(this.jobRuns.durations);
    exposeUploads(this.uploads, collected);
    exposeUsage(this.usage, collected);
    exposeStreams(this.streams, this.eventLog, this.clients, collected);
    const { accessLines, logShipping } = this.host.httpAdapter.getInstance<FastifyInstance>();
    collected.counter(
      {
        name: 'metric_exports_total',
        help: 'Exports of metrics over OTLP by outcome: sent or failed.',
        labelNames: ['outcome'],
      },
      () =>
        Object.entries(this.metricExport?.counts ?? {}).map(([outcome, value]) => ({
          labels: { outcome },
          value,
        })),
    );
    exposeErrorReports(this.errorReports, collected);
    exposeLogs(accessLines, logShipping, collected);
    if (isWorker) {
      const failed = (error: unknown) => this.logger.error({ err: error }, 'metrics cannot be read');
      this.ofWorker = new WorkerMetrics(this.registry, failed);
    }
  }

  /** The persisted operations have been read by now. */
  async onApplicationBootstrap(): Promise<void> {
    const names = [...this.documents.all].map(({ node }) => node.name?.value ?? 'anonymous');
    this.requests.operations.expect(names);
    const target = otlpTarget(this.config, 'METRICS');
    if (!target) return;
    const { MetricExport: Export } = await import('./otlp/metric-export.ts');
    this.metricExport = new Export(this.config, target, () => snapshotOf(this.registry));
  }

  /** The requests in flight have ended by now, and are counted. */
  async onApplicationShutdown(): Promise<void> {
    this.stopMeasuring?.();
    await this.metricExport?.close();
    await this.ofWorker?.stop();
  }

  /** All metrics in a text format; of all workers, if there are several. */
  async expose(format: ExpositionFormat): Promise<string> {
    if (this.ofWorker) return this.ofWorker.ofAll(format);
    return format === 'prometheus' ? this.registry.metrics() : openMetricsText(await snapshotOf(this.registry));
  }

  /** The descriptions of all metrics. */
  describe(): MetricDescription[] {
    return descriptionsOf(this.registry);
  }
}
