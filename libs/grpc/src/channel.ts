/** Ends a call early: a request's context, or anything that reports when no request waits any more. */
export interface Cancellation {
  /** Set once it has ended. */
  readonly endedBy?: unknown;
  /** Calls `listener` when it ends; at once if it has. @returns takes the listener away again */
  onEnd(listener: () => void): () => void;
}

/** Options of a call. */
export interface CallOptions {
  /** Names, in lower case, and values in turn. */
  metadata: readonly string[];
  /** Ends the call with CANCELLED. */
  until: Cancellation;
  /** The server's timeout, in milliseconds: `grpc-timeout`. The client side is ended by `until` alone. */
  timeoutMs?: number;
  /** Whether the call may be sent twice: a read, or a write that is keyed (AIP-155). */
  isIdempotent: boolean;
}

/** The messages of a server stream. It can be read once. */
export interface MessageStream<Message> extends AsyncIterable<Message> {
  /**
   * Resolves when the server has begun to answer, which may be with its first message, a day later. Where it fails before,
   * this rejects with a `GrpcFailure`, and so does reading; nobody has to listen here.
   */
  readonly opened: Promise<void>;
  /** Cancels the stream at once, also while a read is pending. */
  close(): void;
}

/** One connection, as operators see it. */
export interface ConnectionReport {
  state: 'CONNECTING' | 'READY' | 'DRAINING';
  /** Calls under way on it; left out where that is not known. */
  calls?: number;
  /** Seconds since it was made; left out where that is not known. */
  ageSeconds?: number;
}

/** The connections to one address. Messages are bytes here. */
export interface GrpcChannel {
  /** Calls an RPC with one message each way. @throws {GrpcFailure} */
  unary(path: string, message: Uint8Array, options: CallOptions): Promise<Buffer>;
  /** Calls a server-streaming RPC. Resolves once it has been sent; from then on `until` ends it no more. @throws {GrpcFailure} */
  serverStream(path: string, message: Uint8Array, options: CallOptions): Promise<MessageStream<Buffer>>;
  /** Whether a call would go out at once. A channel that has no connection makes one. */
  isReady(): boolean;
  /** Replaces the connections: those there are take no more calls, and close when theirs have ended. */
  renew(): void;
  /** Takes no more calls, and ends those under way. */
  close(): void;
  report(): ConnectionReport[];
}

/** Counts since start. */
export interface TransportStats {
  connectionsOpened: number;
  goaways: number;
  /** Calls sent again because the server had not processed them. */
  transparentRetries: number;
  pings: number;
  /** Connections given up because a PING was not answered. */
  pingTimeouts: number;
}

export const noTransportStats = (): TransportStats => ({
  connectionsOpened: 0,
  goaways: 0,
  transparentRetries: 0,
  pings: 0,
  pingTimeouts: 0,
});
