import type { Context } from '#libs/upstream';
import { type Entry, isFresh } from './entry.ts';
import type { Key, RedisTier } from './redis-tier.ts';

/** How often the second tier is polled for another gateway's answer, in milliseconds. */
const POLL_MS = 5;
/** How long another gateway is waited for before this one calls the upstream itself, in milliseconds. */
const MAX_MS = 250;

/**
 * Distributed single-flight: of gateways that miss the same keys at once, the one that gets the lock calls the
 * upstream, and the others read its answer from Redis. They do not wait for one that is slow or has died.
 */
export async function distributedSingleFlight<Item extends Key>(
  tier: RedisTier,
  context: Context,
  items: readonly Item[],
  load: (items: readonly Item[]) => Promise<Map<string, Entry>>,
): Promise<Map<string, Entry>> {
  const locks = await tier.claim(items);
  const mine = items.filter(({ key }) => locks.has(key));
  const theirs = items.filter(({ key }) => !locks.has(key));
  const [entries, shared] = await Promise.all([
    mine.length ? load(mine).finally(() => release(locks)) : new Map<string, Entry>(),
    theirs.length ? pollForEntries(tier, context, theirs) : new Map<string, Entry>(),
  ]);
  for (const [key, entry] of shared) entries.set(key, entry);
  const left = theirs.filter(({ key }) => !shared.has(key));
  if (left.length) for (const [key, entry] of await load(left)) entries.set(key, entry);
  return entries;
}

async function pollForEntries(
  tier: RedisTier,
  context: Context,
  items: readonly Key[],
): Promise<Map<string, Entry>> {
  const until = performance.now() + MAX_MS;
  const known = new Map<string, Entry>();
  while (known.size < items.length && performance.now() < until && tier.isUp && !context.endedBy) {
    await new Promise((resolve) => void setTimeout(resolve, POLL_MS));
    const missing = items.filter(({ key }) => !known.has(key));
    const found = (await tier.read(missing)) ?? [];
    for (const [i, { entry }] of found.entries()) {
      if (entry && isFresh(entry)) known.set(missing[i]!.key, entry);
    }
  }
  return known;
}

function release(locks: ReadonlyMap<string, () => Promise<void>>): void {
  for (const free of locks.values()) void free().catch(() => {});
}
