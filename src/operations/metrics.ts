import { Config } from '#gateway/config/config';
import { RequestMetrics } from '#gateway/edge/metrics/request-metrics';
import { Documents } from '#gateway/transports/graphql/documents/documents';
import { CollectedMetrics } from '#libs/metrics';
import { otlpTarget } from '#libs/observe';
import { isWorker } from '#libs/process';
import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { PinoLogger } from 'nestjs-pino';
import { Registry } from 'prom-client';
import type { ExpositionFormat } from './exposition/exposition-format.ts';
import { openMetricsText } from './exposition/open-metrics.ts';
import type { MetricExport } from './otlp/metric-export.ts';
import { exposeProcess } from './process/process-metrics.ts';
import { exposeProviders } from './provider-metrics.ts';
import { descriptionsOf, type MetricDescription, snapshotOf } from './registry/metric-snapshot.ts';
import { WorkerMetrics } from './worker-metrics.ts';

/** Collects the metrics of the process, the requests, the upstreams and the rest of the gateway for Prometheus. */
@Injectable()
export class Metrics implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  private ofWorker: WorkerMetrics | undefined;
  private metricExport: MetricExport | undefined;
  private stopMeasuring: (() => void) | undefined;
  private readonly registry = new Registry();

  constructor(
    private readonly requests: RequestMetrics,
    private readonly documents: Documents,
    private readonly providers: ModuleRef,
    private readonly config: Config,
    private readonly logger: PinoLogger,
  ) {}

  onModuleInit(): void {
    const collected = new CollectedMetrics(this.registry);
    this.stopMeasuring = exposeProcess(this.registry, collected);
    exposeProviders(this.providers, collected, this.registry);
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
