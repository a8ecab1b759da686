import type { Metadata, MethodDefinition, ServiceError } from '@grpc/grpc-js';
import type { AnswerStream } from '#libs/upstream';

/** What a call may be given. */
export interface CallOptions {
  /** What the whole call may take, in milliseconds. */
  timeoutMs?: number;
  /** Whether a write carries a key, so that it may be sent again. Reads may be anyway. */
  isKeyed?: boolean;
  /** Who calls: identical reads in flight of the same user are one. */
  userId?: string;
}

/** What a client may be given. */
export interface ClientOptions {
  /** How long a connection may be quiet before it is probed, in milliseconds; the client's default unless given. */
  keepaliveMs?: number;
}

/** A client of one make, with one server or proxy to call. Whatever fails, fails with `CallFailed`. */
export interface NeighbourClient {
  readonly name: 'ours' | 'wire' | 'grpc-js';
  unary<Question, Answer>(
    rpc: MethodDefinition<Question, Answer>,
    question: Question,
    options?: CallOptions,
  ): Promise<Answer>;
  /** Resolves once the stream is open, as far as the client waits for that. */
  stream<Question, Answer>(
    rpc: MethodDefinition<Question, Answer>,
    question: Question,
    options?: CallOptions,
  ): Promise<AnswerStream<Answer>>;
  /** The breakers that are open, or have been; none where the client has no breakers. */
  trippedBreakers(): string[];
  close(): Promise<void>;
}

/** A client that can also look at the health of its server, as the gateway's probes do. */
export interface HealthClient extends NeighbourClient {
  isReady(): Promise<boolean>;
}

/** How a call failed: its gRPC status, undefined where there is none, for example for an open breaker. */
export class CallFailed extends Error {
  constructor(
    readonly status: number | undefined,
    readonly details: string,
    readonly metadata: Metadata | undefined,
    cause: unknown,
  ) {
    super(`${status ?? 'no status'}: ${details}`, { cause });
  }
}

/** The failure that a client threw, which holds gRPC's own somewhere in its causes. */
export function callFailed(error: unknown): CallFailed {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const { code, details, metadata } = at as Partial<ServiceError>;
    if (typeof code === 'number') return new CallFailed(code, details ?? at.message, metadata, error);
  }
  return new CallFailed(undefined, String(error), undefined, error);
}
