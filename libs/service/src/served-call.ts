import type { InternalTokenVerifier, InvalidInternalToken } from '#libs/internal-token';
import { inRequest, type Logger, type RequestStore } from '#libs/observe';
import { status as Code, type Metadata, type ServerInterceptingCallInterface } from '@grpc/grpc-js';
import { bindContext, CallContext, cancelled, deadlineExceeded, stopping } from './call-context.ts';
import { type Refusal, unauthenticated } from './refusal.ts';
import { statusOf } from './refusal.filter.ts';
import { first, requestIdOf, traceIdOf } from './request-ids.ts';

/** What every call of one service needs. */
export interface CallSurroundings {
  /** The package of the service. */
  domain: string;
  verifier: InternalTokenVerifier;
  logger: Logger;
}

/** One call from its first byte to its access line. */
export class ServedCall {
  private readonly startedAt = performance.now();
  private readonly deadline: number;
  private store: RequestStore = { requestId: '' };
  private context: CallContext | undefined;
  private hasEnded = false;

  /**
   * @param path `/package.Service/Method`
   * @param isProbe health and reflection: open to all, and logged at debug
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

  /** Runs everything downstream of the call, so that what it logs carries the ids of the request. */
  run(body: () => void): void {
    inRequest(this.store, body);
  }

  /** Lets the call in if it may come in. */
  begin(metadata: Metadata, goOn: () => void): void {
    this.store = { requestId: requestIdOf(metadata), traceId: traceIdOf(metadata) };
    if (this.isProbe) return this.run(goOn);
    try {
      const caller = this.around.verifier.verify(first(metadata, 'authorization'));
      this.store.callerId = caller.id;
      this.context = new CallContext(caller, this.deadline);
      bindContext(metadata, this.context);
    } catch (error) {
      return this.refuse(unauthenticated((error as InvalidInternalToken).message));
    }
    this.run(goOn);
  }

  /** Begins the work, unless nobody waits for it any more. */
  proceed(goOn: () => void): void {
    if (Date.now() >= this.deadline) return this.refuse(deadlineExceeded());
    this.run(goOn);
  }

  /** The client went away, or its deadline has passed. grpc-js says so after a regular end, too. */
  cancelled(): void {
    const why = Date.now() >= this.deadline ? deadlineExceeded : cancelled;
    this.context?.end(why);
    if (!this.hasEnded) this.ended(why().code);
  }

  /** Ends a stream because the service stops. */
  interrupt(): void {
    if (this.context) this.context.end(stopping);
    else this.refuse(stopping());
  }

  /** Writes the access line, once. */
  ended(code: Code): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.onEnd();
    const durationMs = Math.round((performance.now() - this.startedAt) * 10) / 10;
    const line = { method: this.path, code: Code[code], durationMs };
    this.run(() => this.around.logger[this.isProbe ? 'debug' : 'info'](line, 'call'));
  }

  private refuse(refusal: Refusal): void {
    this.call.sendStatus(statusOf(refusal, this.around.domain));
    this.ended(refusal.code);
  }
}
