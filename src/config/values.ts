import { availableParallelism } from 'node:os';
import { isAddressRange, MAX_HOPS, type TrustProxy } from '#libs/client-address';
import { parseTarget } from '#libs/endpoints';
import { isRedisAddress } from '#libs/redis';
import { z } from 'zod';

/** The items of a comma-separated list. */
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

/** Which proxies are believed in headers: `off` is none, `on` all, a number so many hops, else those at these addresses. */
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

/** From whom connections with a header of the PROXY protocol are taken: `off` is nobody, `on` everybody, else these addresses. */
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

/** As a browser names it in `Origin`: without a path, and without a slash at the end. */
export const origin = z.string().refine((value) => URL.canParse(value) && new URL(value).origin === value, {
  message: 'must be origins, comma-separated, for example https://shop.example',
});

/** Letters, digits, hyphens and underscores (container names have these) between dots. */
const HOST_NAME = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_][a-z0-9_-]{0,62})*$/i;

/** Names that a server may be asked by in `Host`. */
export const hostNames = z
  .string()
  .default('')
  .transform(list)
  .pipe(z.array(z.string().regex(HOST_NAME, 'must be host names without scheme and port, comma-separated')));

/** What is brought as a bearer token (RFC 6750, section 2.1), too long to be guessed. */
export const sharedToken = z
  .string()
  .regex(
    /^[\w.~+/-]{16,}=*$/,
    'must be at least 16 letters, digits or - . _ ~ + /: openssl rand -hex 24 makes one',
  );

const addresses = (isOne: (value: string) => boolean, message: string) =>
  z
    .string()
    .transform(list)
    .pipe(z.array(z.string().refine(isOne, message)).min(1, message));

/** Where a gRPC upstream is: one address or more. */
export const grpcAddresses = addresses(
  (value) => parseTarget(value) !== undefined,
  'must be host:port, srv:_service._tcp.name or unix:/path/of/socket, with grpcs:// before it for TLS and ;weight=n behind it where wanted; comma-separated',
);

/** Where a REST upstream is: one address or more. */
export const httpUrls = addresses(
  isHttpUrl,
  'must be http:// or https:// addresses without a path, or unix:/path/of/socket, comma-separated',
);

/** A path in a URL would be lost: the paths of an upstream are those of its OpenAPI document. */
function isHttpUrl(value: string): boolean {
  if (isUnixSocket(value)) return true;
  if (!/^https?:\/\/[^\s/]/i.test(value) || !URL.canParse(value)) return false;
  const { pathname, search, hash } = new URL(value);
  return pathname === '/' && !search && !hash;
}

/** The longest path of a unix socket that Linux takes, in bytes; macOS takes four less. */
const MAX_SOCKET_PATH_BYTES = 107;

/** `unix:/path` or `unix:///path`, as gRPC names it. */
function isUnixSocket(value: string): boolean {
  const path = /^unix:(?:\/\/)?(\/[^/](?:.*[^/])?)$/.exec(value)?.[1];
  return path !== undefined && Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES;
}

/** Where Redis is. */
export const redisUrl = z
  .string()
  .refine(
    isRedisAddress,
    'must be redis:// or rediss://, user:password@ or :password@, host:port and /database; or redis+sentinel://host:port,…/name, or redis+cluster://host:port,…',
  );

const LONGEST_WINDOW_SECONDS = 86_400;

/** How much may be asked for: `limit/seconds`. */
export const rate = (byDefault: string) =>
  z
    .string()
    .default(byDefault)
    .transform((value, check): { limit: number; windowMs: number } => {
      const [, limit, seconds] = /^(\d{1,7})\/(\d{1,5})$/.exec(value)?.map(Number) ?? [];
      if (limit && seconds && seconds <= LONGEST_WINDOW_SECONDS) return { limit, windowMs: seconds * 1000 };
      check.addIssue({ code: 'custom', message: 'must be limit/seconds, for example 300/60, of a day at most' });
      return z.NEVER;
    });

const MOST_WORKERS = 256;

/** How many processes: a number, or `auto` for one for each core. */
export const workers = z
  .string()
  .default('1')
  .transform((value, check): number => {
    if (value === 'auto') return availableParallelism();
    const count = /^\d{1,3}$/.test(value) ? Number(value) : 0;
    if (count >= 1 && count <= MOST_WORKERS) return count;
    check.addIssue({ code: 'custom', message: `must be auto, or a whole number from 1 to ${MOST_WORKERS}` });
    return z.NEVER;
  });
