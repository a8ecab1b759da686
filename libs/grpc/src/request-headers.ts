import type { CallOptions } from './channel.ts';
import { ACCEPTED_ENCODINGS } from './messages.ts';

/** Who calls: `grpc-language-variant/version` (gRPC over HTTP/2, "User Agents"). */
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

/** A value of `grpc-timeout` has eight digits at most. */
const MAX_TIMEOUT = 99_999_999;

/** `grpc-timeout`: milliseconds, or seconds where these are too many. */
export const timeoutValue = (timeoutMs: number): string => {
  const ms = Math.max(1, Math.ceil(timeoutMs));
  return ms <= MAX_TIMEOUT ? `${ms}m` : `${Math.min(MAX_TIMEOUT, Math.ceil(ms / 1000))}S`;
};

/**
 * The headers of a call, as names and values in turn: of an object Node makes two more.
 * @param pseudoHeaders what every call says of its server first
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
