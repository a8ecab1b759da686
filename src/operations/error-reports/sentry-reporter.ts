import {
  createStackParser,
  createTransport,
  type Event,
  type EventDropReason,
  type Exception,
  exceptionFromError,
  Scope,
  type TransportMakeRequestResponse,
} from '@sentry/core';
import { nodeStackLineParser, ServerRuntimeClient, type ServerRuntimeClientOptions } from '@sentry/core/server';
import { type Fault, fingerprintOf } from './fault.ts';
import { scrub } from './scrub.ts';

const TIMEOUT_MS = 5_000;
/** Reports that may be on their way; others are dropped. */
const MAX_PENDING = 30;
const CLOSE_MS = 1_500;
const MAX_CAUSES = 4;

const stackParser = createStackParser(nodeStackLineParser());

/** What became of reports, since the start. */
export interface ReportCounts {
  sent: number;
  /** The receiver could not be reached, was too slow or refused. */
  failed: number;
  /** Too many were on their way, or the receiver has asked for a pause. */
  dropped: number;
}

/** Sentry's client for servers, which counts what it drops. It patches nothing and touches no headers of requests. */
class Client extends ServerRuntimeClient {
  onDropped: (reason: EventDropReason) => void = () => {};

  override recordDroppedEvent(reason: EventDropReason): void {
    this.onDropped(reason);
  }
}

/** Reports faults to Sentry, or what speaks its envelope protocol (https://develop.sentry.dev/sdk/data-model/envelopes/). */
export class SentryReporter {
  readonly counts: ReportCounts = { sent: 0, failed: 0, dropped: 0 };
  private readonly client: Client;

  constructor(dsn: string, environment: string) {
    const options: ServerRuntimeClientOptions = {
      dsn,
      environment,
      platform: 'node',
      runtime: { name: 'node', version: process.version },
      stackParser,
      integrations: [],
      sendClientReports: false,
      transport: (given) =>
        createTransport({ ...given, bufferSize: MAX_PENDING }, ({ body }) => this.post(given.url, body)),
    };
    this.client = new Client(options);
    this.client.onDropped = (reason) => {
      if (reason === 'network_error' || reason === 'send_error') this.counts.failed += 1;
      else this.counts.dropped += 1;
    };
    this.client.init();
  }

  /** Reports a fault. Never throws, and waits for nothing. @param suppressed how many of its like were not reported */
  report(fault: Fault, suppressed: number): void {
    this.client.captureEvent(eventOf(fault, suppressed), {}, new Scope());
  }

  /** Sends what is on its way, for a short time. */
  async close(): Promise<void> {
    await this.client.close(CLOSE_MS);
  }

  private async post(url: string, body: string | Uint8Array): Promise<TransportMakeRequestResponse> {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-sentry-envelope' },
      body: body as RequestInit['body'],
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await answer.body?.cancel();
    if (answer.ok) this.counts.sent += 1;
    // Of one that is too large the transport itself says that it was dropped.
    else if (answer.status !== 413) this.counts.failed += 1;
    return {
      statusCode: answer.status,
      headers: {
        'x-sentry-rate-limits': answer.headers.get('x-sentry-rate-limits'),
        'retry-after': answer.headers.get('retry-after'),
      },
    };
  }
}

/** The event of a fault: what was thrown and where, and never a header, body, query or user. */
function eventOf(fault: Fault, suppressed: number): Event {
  const { code, upstream, where, requestId, traceId, spanId, isFatal } = fault;
  const tags = { code, upstream, where, request_id: requestId, trace_id: traceId };
  const trace = traceId && spanId ? { trace: { trace_id: traceId, span_id: spanId } } : {};
  return {
    level: isFatal ? 'fatal' : 'error',
    fingerprint: fingerprintOf(fault),
    tags: Object.fromEntries(Object.entries(tags).filter(([, value]) => value !== undefined)),
    contexts: trace,
    extra: suppressed ? { suppressed } : {},
    exception: { values: exceptionsOf(fault) },
  };
}

/** The error and its causes, the innermost first, as Sentry has them. */
function exceptionsOf({ code, error }: Fault): Exception[] {
  const chain: Exception[] = [];
  for (let one = error; chain.length < MAX_CAUSES && one instanceof Error; one = one.cause) {
    const { type, value, stacktrace } = exceptionFromError(stackParser, one);
    chain.unshift({ type, value: scrub(value ?? ''), stacktrace });
  }
  return chain.length ? chain : [{ type: code, value: code }];
}
