import { wasAborted } from '#gateway/edge/stage/was-aborted';
import { failureOf } from '#gateway/edge/errors/failures';
import { METHODS } from '#gateway/edge/methods/method-not-allowed';
import type { Done } from '#gateway/edge/stage/stage';
import { RequestRecordings } from '#gateway/edge/tracing/request-recordings';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Histogram } from 'prom-client';
import { BoundedLabel } from './bounded-label.ts';
import { exemplarOf } from './exemplar.ts';

/** Upper bounds of the buckets of all durations, in seconds. */
export const BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** How many names of operations are counted by themselves besides those of persisted operations. */
const MAX_AD_HOC_OPERATIONS = 100;

/** Counts and times requests by route and by operation; `operations/metrics.ts` exposes them. */
@Injectable()
export class RequestMetrics {
  readonly durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Duration of requests, from their first byte to the end of the answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS_SECONDS,
    enableExemplars: true,
    registers: [],
  });
  readonly operationDurations = new Histogram({
    name: 'graphql_operation_duration_seconds',
    help: 'Duration of GraphQL operations over HTTP by name, and outcome: OK, or the code of the first error.',
    labelNames: ['operation', 'outcome'],
    buckets: BUCKETS_SECONDS,
    enableExemplars: true,
    registers: [],
  });
  /** The names of operations, which clients choose. */
  readonly operations = new BoundedLabel(MAX_AD_HOC_OPERATIONS);
  /** Over HTTP/2 a method is whatever a client writes. */
  private readonly methods = new BoundedLabel(0, METHODS);

  constructor(private readonly recordings: RequestRecordings) {}

  onResponse(request: FastifyRequest, { statusCode: status, elapsedTime }: FastifyReply, done: Done): void {
    if (request.isStream || wasAborted(request)) return done();
    const { method: named, routeOptions, context } = request;
    const exemplarLabels = exemplarOf(context, this.recordings.isKept);
    const value = elapsedTime / 1000;
    const method = this.methods.of(named);
    this.durations.observe({
      labels: { method, route: routeOptions.url ?? 'none', status },
      value,
      exemplarLabels,
    });
    const { operation: name } = context.log;
    if (name === undefined) return done();
    const labels = { operation: this.operations.of(name), outcome: failureOf(context.log)?.code ?? 'OK' };
    this.operationDurations.observe({ labels, value, exemplarLabels });
    done();
  }
}
