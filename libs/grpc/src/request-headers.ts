import type { CallOptions } from './channel.ts';
import { ACCEPTED_ENCODINGS } from './messages.ts';

/** The user agent: `grpc-language-variant/version` (gRPC over HTTP/2, "User Agents"). */
export const USER_AGENT = 'grpc-node-atrium/1.0';

const ALWAYS = [
  'content-type',
  'application/grpc',
  'te',
  'trailers',
  'user-agent',
  USER_AGENT,
  'grpc-accept-encoding',
  ACCEPTED_ENCODINGS,
];

/** `grpc-timeout` has at most eight digits. */
const MAX_TIMEOUT = 99_999_999;

/** `grpc-timeout` in milliseconds, or in seconds if those have too many digits. */
const timeoutValue = (timeoutMs: number): string => {
  const ms = Math.max(1, Math.ceil(timeoutMs));
  return ms <= MAX_TIMEOUT ? `${ms}m` : `${Math.min(MAX_TIMEOUT, Math.ceil(ms / 1000))}S`;
};

/**
 * The headers of a call as alternating names and values: Node converts an object twice.
 * @param pseudoHeaders those of the server, which come first
 */
export function requestHeaders(
  pseudoHeaders: readonly string[],
  path: string,
  { metadata, timeoutMs }: CallOptions,
): string[] {
  const headers = [...pseudoHeaders, ':path', path, ...ALWAYS, ...metadata];
  if (timeoutMs !== undefined) headers.push('grpc-timeout', timeoutValue(timeoutMs));
  return headers;
}
