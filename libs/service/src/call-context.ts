import type { InternalCaller } from '#libs/internal-token';
import { status as Code, type Metadata } from '@grpc/grpc-js';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { Refusal, unauthenticated } from './refusal.ts';

/** The state of a call that changes behaviour: caller, deadline and cancellation. */
export class CallContext {
  private controller: AbortController | undefined;
  private why: (() => Refusal) | undefined;

  /**
   * @param caller on whose behalf the call is made
   * @param deadline of the client, in milliseconds since the epoch; Infinity for none
   */
  constructor(
    readonly caller: InternalCaller,
    readonly deadline: number,
  ) {}

  /** Aborted when no client waits for an answer any more; its reason is a `Refusal`. */
  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.why) this.controller.abort(this.why());
    return this.controller.signal;
  }

  /** The id of the caller. @throws {Refusal} UNAUTHENTICATED for an anonymous client */
  get callerId(): string {
    if (this.caller.id === undefined) throw unauthenticated('This call requires a logged-in user');
    return this.caller.id;
  }

  /** Whether the caller's token carries this scope. */
  hasScope(scope: string): boolean {
    return this.caller.scopes.includes(scope);
  }

  /**
   * Checks, before each piece of work, whether the call is still active. It compares the clock itself, since timers are
   * late while queries of an embedded database block the process.
   * @throws {Refusal} DEADLINE_EXCEEDED, CANCELLED, or UNAVAILABLE while the service stops
   */
  throwIfEnded(): void {
    if (Date.now() >= this.deadline) this.end(deadlineExceeded);
    if (this.why) throw this.why();
  }

  /** Ends the call and notifies all listeners. The first reason counts. */
  end(why: () => Refusal): void {
    if (this.why) return;
    this.why = why;
    this.controller?.abort(why());
  }
}

/** The client's deadline has passed. */
export function deadlineExceeded(): Refusal {
  return new Refusal(Code.DEADLINE_EXCEEDED, 'DEADLINE_EXCEEDED', 'The deadline has passed');
}

/** The client has disconnected or cancelled. */
export function cancelled(): Refusal {
  return new Refusal(Code.CANCELLED, 'CANCELLED', 'The call was cancelled');
}

/** The service is shutting down. */
export function stopping(): Refusal {
  return new Refusal(Code.UNAVAILABLE, 'STOPPING', 'The service is shutting down');
}

const contexts = new WeakMap<Metadata, CallContext>();

/** Associates a context with a call by the metadata object that grpc-js passes to its handler. */
export function bindContext(metadata: Metadata, context: CallContext): void {
  contexts.set(metadata, context);
}

/** The context of the call, as a parameter of its handler. */
export const Context = createParamDecorator((_: unknown, execution: ExecutionContext): CallContext => {
  const context = contexts.get(execution.getArgByIndex(1));
  if (!context) throw new TypeError('this call did not pass the request interceptor');
  return context;
});
