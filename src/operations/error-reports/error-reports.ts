import { Config } from '#gateway/config/config';
import { GatewayError } from '#libs/errors';
import { currentRequest } from '#libs/observe';
import { UpstreamClients } from '#libs/upstream';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { type Fault, fingerprintOf } from './fault.ts';
import type { SentryReporter } from './sentry-reporter.ts';

/** One report of the same fault in so long, in milliseconds: an outage is one issue, not a flood. */
const REPEAT_MS = 10_000;
const MAX_KINDS = 200;

/** Reports faults of ours and of upstreams to Sentry, where SENTRY_DSN is set; what does so is loaded only then. */
@Injectable()
export class ErrorReports implements OnModuleInit, OnApplicationShutdown {
  /** Faults that were not reported, since their like just was. */
  limited = 0;
  private reporter: SentryReporter | undefined;
  private readonly kinds = new Map<string, { reportedAt: number; suppressed: number }>();

  constructor(
    private readonly config: Config,
    private readonly clients: UpstreamClients,
    private readonly host: HttpAdapterHost,
  ) {}

  async onModuleInit(): Promise<void> {
    const { SENTRY_DSN, NODE_ENV } = this.config;
    if (SENTRY_DSN === undefined) return;
    const { SentryReporter: Reporter } = await import('./sentry-reporter.ts');
    this.reporter = new Reporter(SENTRY_DSN, NODE_ENV);
    this.clients.watchTries(({ upstream, method: where, outcome: code }, error) => {
      if (error instanceof GatewayError && error.status >= 500 && code !== 'CIRCUIT_OPEN' && code !== 'CANCELLED')
        this.report({ code, upstream, where, error, ...idsOf(currentRequest()) });
    });
    const server = this.host.httpAdapter.getInstance<FastifyInstance>();
    server.failureListeners.push((request, failure) => {
      const { code } = failure;
      if (code !== 'INTERNAL') return;
      const error = failure.cause ?? failure;
      const where = request.routeOptions.url ?? 'none';
      this.report({ code, where, error, ...idsOf(request.context.log) });
    });
  }

  /** What became of reports; undefined if none are made. */
  get counts() {
    return this.reporter && { ...this.reporter.counts, limited: this.limited };
  }

  /** Reports what ends the process. */
  fatal(error: unknown): void {
    this.report({ code: 'INTERNAL', error, isFatal: true });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.reporter?.close();
  }

  private report(fault: Fault): void {
    if (!this.reporter) return;
    const key = fingerprintOf(fault).join('\n');
    const kind = this.kinds.get(key);
    const now = performance.now();
    if (kind && now - kind.reportedAt < REPEAT_MS && !fault.isFatal) {
      kind.suppressed += 1;
      this.limited += 1;
      return;
    }
    // The oldest goes first: a Map keeps the order of insertion.
    this.kinds.delete(key);
    if (this.kinds.size >= MAX_KINDS) this.kinds.delete(this.kinds.keys().next().value!);
    this.kinds.set(key, { reportedAt: now, suppressed: 0 });
    this.reporter.report(fault, kind?.suppressed ?? 0);
  }
}

const idsOf = (store: { requestId: string; traceId?: string; spanId?: string } | undefined) => ({
  requestId: store?.requestId,
  traceId: store?.traceId,
  spanId: store?.spanId,
});
