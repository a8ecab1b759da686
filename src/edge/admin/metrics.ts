import { OpenStreams } from '#gateway/edge/streams/open-streams';
import { Orders } from '#gateway/upstreams/orders/orders.port';
import { Limiter } from '#gateway/edge/limits/limiter';
import { Shedding } from '#gateway/edge/shedding/shedding';
import { Cache } from '#libs/cache';
import { Spine } from '#libs/events';
import { isWorker } from '#libs/process';
import { UpstreamClients } from '#libs/upstream';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Done } from '#gateway/edge/stage';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { exposeCache } from './cache-metrics.ts';
import { metricsOfAll } from './cluster-metrics.ts';
import { exposeLimits } from './limit-metrics.ts';
import { exposeStreams } from './stream-metrics.ts';
import { exposeUpstreams } from './upstream-metrics.ts';
import { AggregatorRegistry, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

const BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** What Prometheus scrapes: the process and, by method, route and status, the requests. */
@Injectable()
export class Metrics implements OnModuleInit {
  static readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;
  private readonly registry = new Registry();
  private readonly requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'How long requests took, from their first byte to the end of the answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS_SECONDS,
    registers: [this.registry],
  });

  private readonly tries = new Histogram({
    name: 'upstream_try_duration_seconds',
    help: 'How long tries of upstream calls took, by what came of them; queued time included.',
    labelNames: ['upstream', 'method', 'outcome', 'kind'],
    buckets: BUCKETS_SECONDS,
    registers: [this.registry],
  });

  constructor(
    private readonly clients: UpstreamClients,
    private readonly cache: Cache,
    private readonly limiter: Limiter,
    private readonly shedding: Shedding,
    private readonly streams: OpenStreams,
    private readonly spine: Spine,
    private readonly orders: Orders,
  ) {}

  onModuleInit(): void {
    collectDefaultMetrics({ register: this.registry });
    if (isWorker) {
      // Its making is what lets a worker be asked.
      new AggregatorRegistry();
      AggregatorRegistry.setRegistries([this.registry]);
    }
    this.clients.watchTries(({ upstream, method, outcome, isHedge, number, durationMs }) => {
      const kind = isHedge ? 'hedge' : number > 1 ? 'retry' : 'first';
      this.tries.observe({ upstream, method, outcome, kind }, durationMs / 1000);
    });
    this.exposeBreakers();
    exposeUpstreams(this.clients, this.registry);
    exposeCache(this.cache, this.registry);
    exposeLimits(this.limiter, this.shedding, this.registry);
    exposeStreams(this.streams, this.spine, this.orders, this.registry);
  }

  onResponse(request: FastifyRequest, { statusCode, elapsedTime }: FastifyReply, done: Done): void {
    if (request.isStream) return done();
    const { method, routeOptions } = request;
    this.requests.observe({ method, route: routeOptions.url ?? 'none', status: statusCode }, elapsedTime / 1000);
    done();
  }

  private exposeBreakers(): void {
    const { clients } = this;
    new Gauge({
      name: 'upstream_breaker_open',
      help: '1 while the breaker of a method is open, half-open or ramping; 0 while it is closed.',
      labelNames: ['upstream', 'method'],
      registers: [this.registry],
      collect() {
        for (const { name, methods } of clients.report()) {
          for (const { method, breaker } of methods) {
            this.set({ upstream: name, method }, breaker.state === 'CLOSED' ? 0 : 1);
          }
        }
      },
    });
  }

  /** All metrics in Prometheus' text format: of all workers, where there are several. */
  expose(): Promise<string> {
    return isWorker ? metricsOfAll() : this.registry.metrics();
  }
}
