import type { LookupAddress } from 'node:dns';
import { isIPv6, type LookupFunction } from 'node:net';
import { findIps, type Ips } from './find-ips.ts';

/** The minimum interval between queries, whatever the TTL, and the retry interval after a failure, in milliseconds. */
const MIN_TTL_MS = 1_000;
const MAX_TTL_MS = 300_000;

interface Known {
  ips: readonly string[];
  /** By `performance.now()`. */
  expiresAt: number;
  /** The index of the address that is first next time. */
  turn: number;
}

/**
 * A `lookup` for `net.connect`, `tls.connect` and undici that distributes connections over all addresses of a name:
 * each receives all of them, in rotated order, so that Node tries another if one refuses or does not answer. Addresses
 * are looked up again when their TTL expires; the last known ones are kept while DNS does not answer.
 */
export function rotatingLookup(find: (host: string) => Promise<Ips> = findIps): LookupFunction {
  const known = new Map<string, Known>();
  const running = new Map<string, Promise<Known>>();

  const lookUp = async (host: string): Promise<Known> => {
    const before = known.get(host);
    const found = await find(host).catch((error: unknown): Ips => {
      if (!before) throw error;
      return { ips: [...before.ips], ttlMs: 0 };
    });
    const ttlMs = Math.min(MAX_TTL_MS, Math.max(MIN_TTL_MS, found.ttlMs));
    const entry = { ips: found.ips, expiresAt: performance.now() + ttlMs, turn: before?.turn ?? 0 };
    known.set(host, entry);
    return entry;
  };
  const current = (host: string): Known | Promise<Known> => {
    const entry = known.get(host);
    if (entry && entry.expiresAt > performance.now()) return entry;
    let update = running.get(host);
    if (!update) running.set(host, (update = lookUp(host).finally(() => running.delete(host))));
    return update;
  };
  const next = async (host: string, family: number): Promise<LookupAddress[]> => {
    const entry = await current(host);
    const addresses = entry.ips
      .map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }))
      .filter((one) => family === 0 || one.family === family);
    if (!addresses.length) {
      throw Object.assign(new Error(`${host} has no address of family ${family}`), { code: 'ENOTFOUND' });
    }
    const first = (entry.turn += 1) % addresses.length;
    return [...addresses.slice(first), ...addresses.slice(0, first)];
  };

  return (host, { all, family = 0 }, done) => {
    next(host, typeof family === 'number' ? family : Number(family.slice(-1))).then(
      (addresses) => {
        if (all) done(null, addresses);
        else done(null, addresses[0]!.address, addresses[0]!.family);
      },
      (error: NodeJS.ErrnoException) => done(error, []),
    );
  };
}
