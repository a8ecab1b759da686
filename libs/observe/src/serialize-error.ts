import { stdSerializers } from 'pino';

/** An error as it is logged: its class, its message, its causes' messages and its stack. */
export interface SerializedError {
  type: string;
  /** `UPSTREAM_UNAVAILABLE`, `ECONNREFUSED` or a gRPC status, where it has one. */
  code?: unknown;
  message: string;
  stack: string;
}

/** pino's serializer of errors. What else an error carries stays out: it may be what was sent, or answered. */
export function serializeError(error: unknown): unknown {
  if (typeof (error as Error | undefined)?.message !== 'string') return error;
  const { type, code, message, stack } = stdSerializers.err(error as Error & { code?: unknown });
  return { type, code, message, stack } satisfies SerializedError;
}
