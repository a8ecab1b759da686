/** Cancels a call: a request's context, or another object that reports when no request waits any more. */
export interface Cancellation {
  /** Set once it has ended. */
  readonly endedBy?: unknown;
  /** Calls `listener` when it ends; immediately if it has. @returns a function that removes the listener */
  onEnd(listener: () => void): () => void;
}

/** Options of a call. */
export interface CallOptions {
  /** Alternating names, in lower case, and values. */
  metadata: readonly string[];
  /** Ends the call with CANCELLED. */
  until: Cancellation;
  /** The server's timeout, in milliseconds: `grpc-timeout`. The client side is ended by `until` alone. */
  timeoutMs?: number;
  /** Whether the call is idempotent: a read, or a write with a request id (AIP-155). */
  isIdempotent: boolean;
}

/** The messages of a server stream, which can be read once. */
export interface MessageStream<Message> extends AsyncIterable<Message> {
  /**
   * Resolves when the response headers have arrived, possibly only with the first message. If the call fails before,
   * this rejects with a `GrpcFailure`, and so does reading; it need not be awaited.
   */
  readonly opened: Promise<void>;
  /** Cancels the stream immediately, also while a read is pending. */
  close(): void;
}

/** The state of a connection, for operators. */
export interface ConnectionReport {
  state: 'CONNECTING' | 'READY' | 'DRAINING';
  /** Its calls in flight; omitted if unknown. */
  calls?: number;
  /** Its age in seconds; omitted if unknown. */
  ageSeconds?: number;
}

/** The connections to one address. Messages are bytes. */
export interface GrpcChannel {
  /** Makes a unary call. @throws {GrpcFailure} */
  unary(path: string, message: Uint8Array, options: CallOptions): Promise<Buffer>;
  /**
   * Makes a server-streaming call. Resolves once it has been sent; from then on `until` has no effect.
   * @throws {GrpcFailure}
   */
  serverStream(path: string, message: Uint8Array, options: CallOptions): Promise<MessageStream<Buffer>>;
  /** Whether a call would be sent immediately. A channel without a connection starts to connect. */
  isReady(): boolean;
  /** Replaces the connections: the current ones accept no more calls, and close when theirs have ended. */
  renew(): void;
  /** Allows another number of connections, beside those with streams, also for calls that wait. */
  resize(maxConnections: number): void;
  /** Refuses new calls and ends those in flight. */
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
  /** Connections closed because a PING was not acknowledged. */
  pingTimeouts: number;
}

export const noTransportStats = (): TransportStats => ({
  connectionsOpened: 0,
  goaways: 0,
  transparentRetries: 0,
  pings: 0,
  pingTimeouts: 0,
});
