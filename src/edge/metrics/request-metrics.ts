import type { Done } from '#gateway/edge/stage/stage';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Histogram } from 'prom-client';

/** Upper bounds of the buckets of all durations, in seconds. */
export const BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** Counts and times requests by method, route and status; `operations/metrics.ts` exposes them. */
@Injectable()
export class RequestMetrics {
  readonly durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Duration of requests, from their first byte to the end of the answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS_SECONDS,
    registers: [],
  });

  onResponse(request: FastifyRequest, { statusCode, elapsedTime }: FastifyReply, done: Done): void {
    if (request.isStream) return done();
    const { method, routeOptions } = request;
    this.durations.observe({ method, route: routeOptions.url ?? 'none', status: statusCode }, elapsedTime / 1000);
    done();
  }
}
