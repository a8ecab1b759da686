import dns from 'node:dns';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Address, hostPort } from './address.ts';
import { findIps, UNKNOWN_TTL_MS } from './find-ips.ts';
import type { Target } from './target.ts';

/** Addresses, and their TTL in milliseconds. */
export interface Resolved {
  addresses: Address[];
  ttlMs: number;
}

/** The timeout after which a DNS server is queried again, in milliseconds. */
const TIMEOUT_MS = 3_000;
/** A record with weight 0 beside others has a very small share (RFC 2782): this fraction of the smallest. */
const SMALL_SHARE = 0.01;

/** The address of a target that is one address and needs no look-up; undefined for a name. */
export function fixedAddress(target: Target): Address | undefined {
  const { kind, host, port, weight, isSecure } = target;
  if (kind === 'unix') return { name: `unix:${host}`, host, authority: 'localhost', weight, isSecure };
  return kind === 'address' ? toAddress(host, host, port!, target) : undefined;
}

/**
 * Finds all addresses of a name: none if SRV declares that the service does not exist.
 * @throws {Error} with the name, if it is unknown or DNS does not answer within three seconds
 */
export async function resolve(target: Target): Promise<Resolved> {
  const timeout = new AbortController();
  try {
    return await Promise.race([
      target.kind === 'srv' ? services(target) : addressesOf(target),
      sleep(TIMEOUT_MS, undefined, { ref: false, signal: timeout.signal }).then(() => {
        throw new Error(`${target.host} was not resolved in ${TIMEOUT_MS} ms`);
      }),
    ]);
  } finally {
    timeout.abort();
  }
}

type Shared = Pick<Address, 'weight' | 'isSecure' | 'priority'>;

/** A trailing dot excludes search domains; it is not part of the server name (RFC 6066, 3). */
const withoutDot = (host: string): string => host.replace(/\.$/, '');

const toAddress = (ip: string, host: string, port: number, { weight, isSecure, priority }: Shared): Address => ({
  name: hostPort(ip, port),
  host: ip,
  port,
  authority: hostPort(withoutDot(host), port),
  weight,
  isSecure,
  priority,
});

async function addressesOf(target: Target): Promise<Resolved> {
  const { ips, ttlMs } = await findIps(target.host);
  return { addresses: ips.map((ip) => toAddress(ip, target.host, target.port!, target)), ttlMs };
}

/** The addresses of SRV records, with their priorities and weights (RFC 2782). Node does not report their TTL. */
async function services({ host, weight, isSecure }: Target): Promise<Resolved> {
  const records = (await dns.promises.resolveSrv(host)).filter(({ name }) => withoutDot(name));
  if (!records.length) return { addresses: [], ttlMs: UNKNOWN_TTL_MS };
  const min = Math.min(...records.map((record) => record.weight || Infinity));
  const lookups = await Promise.allSettled(
    records.map(async ({ name, port, priority, weight: its }): Promise<Resolved> => {
      const { ips, ttlMs } = await findIps(name);
      const share = its || (Number.isFinite(min) ? min * SMALL_SHARE : 1);
      // The addresses share the weight of the record.
      const shared = { weight: (weight * share) / ips.length, isSecure, priority };
      return { addresses: ips.map((ip) => toAddress(ip, name, port, shared)), ttlMs };
    }),
  );
  const found = lookups.flatMap((lookup) => (lookup.status === 'fulfilled' ? [lookup.value] : []));
  if (!found.length) throw (lookups[0] as PromiseRejectedResult).reason;
  return {
    addresses: found.flatMap(({ addresses }) => addresses),
    ttlMs: Math.min(UNKNOWN_TTL_MS, ...found.map(({ ttlMs }) => ttlMs)),
  };
}
