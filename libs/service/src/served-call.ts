import type { InternalTokenVerifier, InvalidInternalToken } from '#libs/internal-token';
import {
  attachSpan,
  type CallTraces,
  inRequest,
  type Logger,
  type RequestStore,
  type Span,
  type TraceContext,
  traceIdOf,
} from '#libs/observe';
import { status as Code, type Metadata, type ServerInterceptingCallInterface } from '@grpc/grpc-js';
import { bindContext, CallContext, cancelled, deadlineExceeded, stopping } from './call-context.ts';
import { type Refusal, unauthenticated } from './refusal.ts';
import { statusOf } from './refusal.filter.ts';
import { first, requestIdOf, traceOf } from './request-ids.ts';

/** The dependencies of all calls of a service. */
export interface CallSurroundings {
  /** The package of the service. */
  domain: string;
  verifier: InternalTokenVerifier;
  logger: Logger;
  traces?: CallTraces;
}

/** The statuses that are errors of a server's span; others are the client's. */
const SERVER_FAULTS = new Set([
  Code.UNKNOWN,
  Code.DEADLINE_EXCEEDED,
  Code.UNIMPLEMENTED,
  Code.INTERNAL,
  Code.UNAVAILABLE,
  Code.DATA_LOSS,
]);

/** One call from its first byte to its access line. */
export class ServedCall {
  private readonly startedAt = performance.now();
  private readonly deadline: number;
  private store: RequestStore = { requestId: '' };
  private context: CallContext | undefined;
  private span: Span | undefined;
  private hasEnded = false;

  /**
   * @param path `/package.Service/Method`
   * @param isProbe health and reflection: unauthenticated, and logged at debug
   */
  constructor(
    private readonly path: string,
    private readonly isProbe: boolean,
    private readonly call: ServerInterceptingCallInterface,
    private readonly around: CallSurroundings,
    private readonly onEnd: () => void,
  ) {
    this.deadline = Number(call.getDeadline());
  }

  /** Runs the handler of the call, so that its log lines have the ids of the request. */
  run(body: () => void): void {
    inRequest(this.store, body);
  }

  /** Authenticates the call, and starts it if it is allowed. */
  begin(metadata: Metadata, goOn: () => void): void {
    const trace = traceOf(metadata);
    this.store = { requestId: requestIdOf(metadata), traceId: trace && traceIdOf(trace) };
    if (this.isProbe) return this.run(goOn);
    this.record(trace);
    try {
      const caller = this.around.verifier.verify(first(metadata, 'authorization'));
      this.store.callerId = caller.id;
      this.context = new CallContext(caller, this.deadline);
      bindContext(metadata, this.context);
    } catch (error) {
      const { message } = error as InvalidInternalToken;
      return this.refuse(unauthenticated(message), message);
    }
    this.run(goOn);
  }

  /** Starts the handler, unless the call has ended. */
  proceed(goOn: () => void): void {
    if (Date.now() >= this.deadline) return this.refuse(deadlineExceeded());
    this.run(goOn);
  }

  /** The client has cancelled, or its deadline has passed. grpc-js also reports this after a regular end. */
  cancelled(): void {
    const why = Date.now() >= this.deadline ? deadlineExceeded : cancelled;
    this.context?.end(why);
    if (!this.hasEnded) this.ended(why().code);
  }

  /** Ends a stream because the service is shutting down. */
  interrupt(): void {
    if (this.context) this.context.end(stopping);
    else this.refuse(stopping());
  }

  /** Writes the access line, once. @param reason why the call has no caller */
  ended(code: Code, reason?: string): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.onEnd();
    const durationMs = Math.round((performance.now() - this.startedAt) * 10) / 10;
    const line = { method: this.path, code: Code[code], durationMs, ...(reason === undefined ? {} : { reason }) };
    this.endSpan(code);
    this.run(() => this.around.logger[this.isProbe ? 'debug' : 'info'](line, 'call'));
  }

  /** Begins the span of the call (RPC conventions of OpenTelemetry). */
  private record(trace: TraceContext | undefined): void {
    const method = this.path.slice(1);
    const recording = this.around.traces?.begin({
      requestId: this.store.requestId,
      trace,
      name: method,
      kind: 'server',
      attributes: { 'rpc.system.name': 'grpc', 'rpc.method': method },
      startMs: this.startedAt,
    });
    if (!recording) return;
    this.span = recording.root;
    this.store.traceId = recording.traceId;
    attachSpan(this.store, this.span);
  }

  private endSpan(code: Code): void {
    const { span } = this;
    if (!span) return;
    span.attributes['rpc.response.status_code'] = Code[code];
    span.attributes['enduser.id'] = this.store.callerId;
    span.attributes['atrium.request_id'] = this.store.requestId;
    span.end(SERVER_FAULTS.has(code) ? Code[code] : undefined);
  }

  private refuse(refusal: Refusal, reason?: string): void {
    this.call.sendStatus(statusOf(refusal, this.around.domain));
    this.ended(refusal.code, reason);
  }
}
