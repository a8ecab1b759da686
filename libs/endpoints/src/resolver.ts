import dns from 'node:dns';
import { type Address, hostPort } from './address.ts';
import type { Target } from './target.ts';

/** Addresses, and for how long they are known to be right, in milliseconds. */
export interface Resolved {
  addresses: Address[];
  ttlMs: number;
}

/** The system's resolver says nothing about how long its answer is good for. */
const UNKNOWN_TTL_MS = 30_000;
/** DNS servers that do not answer are not waited for where the system knows the name, for long where it does not. */
const DNS_GRACE_MS = 300;
const DNS_TIMEOUT_MS = 3_000;

/** The address of a target that stands for one, and needs no resolver; undefined for a name. */
export function fixedAddress(target: Target): Address | undefined {
  const { kind, host, port, weight, isSecure } = target;
  if (kind === 'unix') return { name: `unix:${host}`, host, authority: 'localhost', weight, isSecure };
  return kind === 'address' ? toAddress(host, host, port!, target) : undefined;
}

/**
 * Finds all addresses of a name. DNS is asked directly, since only it says for how long the answer is good; the system's
 * resolver (`/etc/hosts`, search domains) is asked beside it, and prevails where DNS does not know the name, or knows others.
 * @throws {Error} what the system's resolver threw where nobody knows the name
 */
export async function resolve(target: Target): Promise<Resolved> {
  if (target.kind === 'srv') return services(target);
  const { ips, ttlMs } = await ipsOf(target.host);
  return { addresses: ips.map((ip) => toAddress(ip, target.host, target.port!, target)), ttlMs };
}

type Shared = Pick<Target, 'weight' | 'isSecure'>;

const toAddress = (ip: string, host: string, port: number, { weight, isSecure }: Shared): Address => ({
  name: hostPort(ip, port),
  host: ip,
  port,
  authority: hostPort(host, port),
  weight,
  isSecure,
});

/** SRV records of the best priority; a weight of 0 is a small one (RFC 2782). */
async function services({ host, weight, isSecure }: Target): Promise<Resolved> {
  const records = await dns.promises.resolveSrv(host);
  const best = Math.min(...records.map(({ priority }) => priority));
  const wanted = records.filter(({ priority }) => priority === best);
  const resolved = await Promise.all(
    wanted.map(async (record) => {
      const { ips, ttlMs } = await ipsOf(record.name);
      const its = { weight: weight * Math.max(1, record.weight), isSecure };
      return { addresses: ips.map((ip) => toAddress(ip, record.name, record.port, its)), ttlMs };
    }),
  );
  return {
    addresses: resolved.flatMap(({ addresses }) => addresses),
    ttlMs: Math.min(UNKNOWN_TTL_MS, ...resolved.map(({ ttlMs }) => ttlMs)),
  };
}

async function ipsOf(host: string): Promise<{ ips: string[]; ttlMs: number }> {
  const records = recordsOf(host);
  const bySystem = await dns.promises.lookup(host, { all: true }).catch((error: Error) => error);
  const byDns = await within(bySystem instanceof Error ? DNS_TIMEOUT_MS : DNS_GRACE_MS, records);
  if (bySystem instanceof Error && !byDns.length) throw bySystem;
  const ips = bySystem instanceof Error ? [] : [...new Set(bySystem.map(({ address }) => address))];
  const isOverridden = ips.length && !byDns.some(({ address }) => ips.includes(address));
  if (isOverridden) return { ips, ttlMs: UNKNOWN_TTL_MS };
  return {
    ips: byDns.map(({ address }) => address),
    ttlMs: Math.min(...byDns.map(({ ttl }) => ttl)) * 1000,
  };
}

interface DnsRecord {
  address: string;
  ttl: number;
}

/** A and AAAA records; none where DNS does not know the name or does not answer. */
async function recordsOf(host: string): Promise<DnsRecord[]> {
  const answers = await Promise.allSettled([
    dns.promises.resolve4(host, { ttl: true }),
    dns.promises.resolve6(host, { ttl: true }),
  ]);
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
}

function within(ms: number, records: Promise<DnsRecord[]>): Promise<DnsRecord[]> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms, []);
    void records.then((found) => {
      clearTimeout(timer);
      resolve(found);
    });
  });
}
