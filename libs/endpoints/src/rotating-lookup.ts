import type { LookupAddress } from 'node:dns';
import { isIPv6, type LookupFunction } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { findIps, type Ips } from './find-ips.ts';

/** The minimum interval between queries, whatever the TTL, and the retry interval after a failure, in milliseconds. */
const MIN_TTL_MS = 1_000;
const MAX_TTL_MS = 300_000;
/** How long known addresses may be used beyond their TTL while they are looked up again, in milliseconds. */
const STALE_MS = 30_000;
/** The time that DNS has for that before they are, in milliseconds. */
const GRACE_MS = 100;

interface Known {
  ips: readonly string[];
  /** By `performance.now()`. */
  expiresAt: number;
  /** The index of the address that is first next time. */
  turn: number;
}

/** A `lookup`, and what it knows. */
export type RotatingLookup = LookupFunction & {
  /** The last known addresses of a name; empty before its first look-up. */
  knownIps(host: string): readonly string[];
};

/**
 * A `lookup` for `net.connect`, `tls.connect` and undici that distributes connections over all addresses of a name:
 * each receives all of them, in rotated order, so that Node tries another if one refuses or does not answer. Addresses
 * are looked up again when their TTL expires; the last known ones are kept while DNS does not answer, and connections
 * wait for it for a tenth of a second at most, unless the addresses have not been used for half a minute.
 */
export function rotatingLookup(find: (host: string) => Promise<Ips> = findIps): RotatingLookup {
  const known = new Map<string, Known>();
  const running = new Map<string, { done: Promise<Known>; graceEndsAt: number }>();

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
    if (!update) {
      const done = lookUp(host).finally(() => running.delete(host));
      running.set(host, (update = { done, graceEndsAt: performance.now() + GRACE_MS }));
    }
    const { done, graceEndsAt } = update;
    const now = performance.now();
    if (!entry || entry.expiresAt + STALE_MS <= now) return done;
    // With known addresses it does not reject.
    if (graceEndsAt <= now) return entry;
    return Promise.race([done, sleep(graceEndsAt - now, entry, { ref: false })]);
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

  const lookup: LookupFunction = (host, { all, family = 0 }, done) => {
    next(host, typeof family === 'number' ? family : Number(family.slice(-1))).then(
      (addresses) => {
        if (all) done(null, addresses);
        else done(null, addresses[0]!.address, addresses[0]!.family);
      },
      (error: NodeJS.ErrnoException) => done(error, []),
    );
  };
  return Object.assign(lookup, { knownIps: (host: string) => known.get(host)?.ips ?? [] });
}
