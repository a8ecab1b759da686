import { isAddressRange, MAX_HOPS, type TrustProxy } from '#libs/client-address';
import { isHost, parseTarget } from '#libs/endpoints';
import { milliseconds } from '#libs/process';
import { z } from 'zod';

/** Splits a comma-separated list. */
export const list = (value: string) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);

const ADDRESSES = 'addresses and CIDR ranges, or loopback, linklocal, uniquelocal, comma-separated';

const addressRanges = (value: string): string[] | undefined => {
  const words = list(value);
  return words.length && words.every(isAddressRange) ? words : undefined;
};

/** The proxies whose forwarding headers are trusted: `off` for none, `on` for all, a number of hops, or addresses. */
export const trustProxy = z
  .string()
  .default('off')
  .transform((value, check): TrustProxy => {
    if (value === 'off' || value === 'on') return value === 'on';
    const hops = /^\d{1,2}$/.test(value) ? Number(value) : 0;
    if (hops >= 1 && hops <= MAX_HOPS) return hops;
    const ranges = addressRanges(value);
    if (ranges) return ranges;
    const message = `must be off, on, a number of hops from 1 to ${MAX_HOPS}, or ${ADDRESSES}`;
    check.addIssue({ code: 'custom', message });
    return z.NEVER;
  });

/** The peers whose PROXY protocol header is accepted: `off` for none, `on` for all, or addresses. */
export const proxyProtocol = z
  .string()
  .default('off')
  .transform((value, check): boolean | readonly string[] => {
    if (value === 'off' || value === 'on') return value === 'on';
    const ranges = addressRanges(value);
    if (ranges) return ranges;
    check.addIssue({ code: 'custom', message: `must be off, on, or ${ADDRESSES}` });
    return z.NEVER;
  });

const ORIGIN =
  'must be an origin in lower case, without a path, a slash at its end or a default port, for example https://app.example.com';
const isOrigin = (value: string): boolean => URL.canParse(value) && new URL(value).origin === value;

/** An origin as in the `Origin` header: without path and trailing slash. */
export const origin = z.string().refine(isOrigin, { message: ORIGIN });

/** An origin of a page within an app, such as `capacitor://localhost`: a scheme that only the app resolves. */
const APP_ORIGIN = /^(?!file:)[a-z][a-z0-9+.-]*:\/\/[^\s/?#@]+$/;

/** An origin of pages, on the web or within an app. */
export const pageOrigin = z
  .string()
  .refine(
    (value) =>
      isOrigin(value) || (APP_ORIGIN.test(value) && URL.canParse(value) && new URL(value).origin === 'null'),
    { message: ORIGIN },
  );

/** Dot-separated labels of letters, digits, hyphens and underscores (which container names have). */
const HOST_NAME = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_][a-z0-9_-]{0,62})*$/i;

/** Host names accepted in `Host`. */
export const hostNames = z
  .string()
  .default('')
  .transform(list)
  .pipe(z.array(z.string().regex(HOST_NAME, 'must be host names without scheme and port, comma-separated')));

/** A shared bearer token (RFC 6750, section 2.1), long enough to resist guessing. */
export const sharedToken = z
  .string()
  .trim()
  .regex(
    /^[\w.~+/-]{16,}=*$/,
    'must be at least 16 letters, digits or - . _ ~ + /: openssl rand -hex 24 makes one',
  );

const addresses = (isOne: (value: string) => boolean, message: string) =>
  z
    .string()
    .transform(list)
    .pipe(z.array(z.string().refine(isOne, message)).min(1, message));

/** The addresses of a gRPC upstream, one or more. */
export const grpcAddresses = addresses(
  (value) => parseTarget(value) !== undefined,
  'must be host:port, srv:_service._tcp.name or unix:/path/of/socket, optionally with grpcs:// before it for TLS and ;weight=n after it; comma-separated',
);

/** The addresses of a REST upstream, one or more. */
export const httpUrls = addresses(
  isHttpUrl,
  'must be http:// or https:// addresses without a path, or unix:/path/of/socket, comma-separated',
);

/** Refuses a path in the URL, which would be ignored: the upstream's OpenAPI document defines its paths. */
function isHttpUrl(value: string): boolean {
  if (isUnixSocket(value)) return true;
  if (!/^https?:\/\/[^\s/]/i.test(value) || !URL.canParse(value)) return false;
  const { hostname, port, pathname, search, hash } = new URL(value);
  const hasHost = hostname.startsWith('[') || isHost(hostname);
  return hasHost && port !== '0' && pathname === '/' && !search && !hash;
}

/** The maximum path length of a Unix socket on Linux, in bytes; on macOS it is 4 bytes shorter. */
const MAX_SOCKET_PATH_BYTES = 107;

/** Whether it is `unix:/path` or `unix:///path`, as in gRPC's naming. */
function isUnixSocket(value: string): boolean {
  const path = /^unix:(?:\/\/)?(\/[^/](?:.*[^/])?)$/.exec(value)?.[1];
  return path !== undefined && Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES;
}

const MAX_WINDOW_SECONDS = 86_400;

/** A rate limit: `limit/seconds`. */
export const rate = (byDefault: string) =>
  z
    .string()
    .default(byDefault)
    .transform((value, check): { limit: number; windowMs: number } => {
      const [, limit, seconds] = /^(\d{1,7})\/(\d{1,5})$/.exec(value)?.map(Number) ?? [];
      if (limit && seconds && seconds <= MAX_WINDOW_SECONDS) return { limit, windowMs: seconds * 1000 };
      check.addIssue({
        code: 'custom',
        message: 'must be limit/seconds, for example 300/60, with at most 86400 seconds',
      });
      return z.NEVER;
    });

/** The shortest block of the event loop that can be told from none, in milliseconds. */
const MIN_BLOCK_MS = 100;

/** The time for which the event loop may be blocked before that is reported, in milliseconds; 0 for never. */
export const blockedLoopMs = milliseconds(100, 0, 60_000).refine(
  (value) => value === 0 || value >= MIN_BLOCK_MS,
  `must be 0, or at least ${MIN_BLOCK_MS}`,
);

/** Why an unsampled trace may be kept after its end. */
export const KEPT = ['errors', 'degraded', 'slow'] as const;

/** Which unsampled traces are kept after their end: a list, or `none`. */
export const tracesKept = z
  .string()
  .default(KEPT.join(','))
  .transform((value) => (value === 'none' ? [] : list(value)))
  .pipe(z.array(z.enum(KEPT, { message: `must be none, or a list of ${KEPT.join(', ')}` })));
