import dns from 'node:dns';
import { setTimeout as sleep } from 'node:timers/promises';
import { inHostsFile } from './hosts-file.ts';

/** The IP addresses of a name, and their TTL in milliseconds. */
export interface Ips {
  ips: string[];
  ttlMs: number;
}

/** The assumed TTL of answers of the system's resolver and the hosts file, which have none. */
export const UNKNOWN_TTL_MS = 30_000;
/** The head start of DNS before the system's resolver is used, in milliseconds. */
const DNS_GRACE_MS = 300;
/** A server that drops queries of one type must not delay the answer of the other (RFC 8305, 3). */
const OTHER_FAMILY_MS = 250;
/** Names without DNS queries (RFC 6761, 6.3). */
const LOCAL = /(^|\.)localhost\.?$/i;

/**
 * Finds all IP addresses of a name, IPv4 first. The hosts file takes precedence. DNS is queried directly, because the
 * TTL is not available otherwise; the system's resolver, which knows for example search domains, is used if DNS does
 * not know the name or does not answer.
 * @throws {Error} ENOTFOUND with the name, if it cannot be resolved
 */
export async function findIps(host: string): Promise<Ips> {
  const ips = await inHostsFile(host);
  if (ips.length) return { ips, ttlMs: UNKNOWN_TTL_MS };
  if (LOCAL.test(host)) return bySystem(host);
  const byDns = fromDns(host);
  const answer = await Promise.race([
    byDns.catch(() => undefined),
    sleep(DNS_GRACE_MS, undefined, { ref: false }),
  ]);
  if (answer) return answer;
  try {
    return await Promise.any([byDns, bySystem(host)]);
  } catch (error) {
    const reasons = (error as AggregateError).errors.map(String).join('; ');
    const failure = new Error(`${host} cannot be resolved: ${reasons}`, { cause: error });
    throw Object.assign(failure, { code: 'ENOTFOUND' });
  }
}

/** A and AAAA records. @throws {Error} if there are none, or DNS does not answer */
async function fromDns(host: string): Promise<Ips> {
  const found: { address: string; ttl: number }[][] = [[], []];
  const families = [dns.promises.resolve4, dns.promises.resolve6].map(async (resolve, i) => {
    found[i] = await resolve(host, { ttl: true });
    if (!found[i].length) throw new Error(`no records for ${host}`);
  });
  await Promise.any(families).catch(({ errors }: AggregateError) => {
    throw errors[0];
  });
  await Promise.race([Promise.allSettled(families), sleep(OTHER_FAMILY_MS, undefined, { ref: false })]);
  const records = found.flat();
  return {
    ips: [...new Set(records.map(({ address }) => address))],
    ttlMs: Math.min(...records.map(({ ttl }) => ttl)) * 1000,
  };
}

/** One look-up per name at a time: each takes a thread while the system waits for its DNS servers. */
const lookups = new Map<string, Promise<Ips>>();

function bySystem(host: string): Promise<Ips> {
  let lookup = lookups.get(host);
  if (!lookup) {
    lookup = dns.promises
      .lookup(host, { all: true, order: 'ipv4first' })
      .then((all) => ({ ips: [...new Set(all.map(({ address }) => address))], ttlMs: UNKNOWN_TTL_MS }))
      .finally(() => lookups.delete(host));
    lookups.set(host, lookup);
  }
  return lookup;
}
