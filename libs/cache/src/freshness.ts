import { type Context, PerContext } from '#libs/upstream';
import { type Entry, give } from './entry.ts';
import type { CacheRule } from './policy.ts';

/** What HTTP caching headers are derived from: the state of all cached answers used for one request. */
export class Freshness {
  /** Whether the response contains an error. */
  isBroken = false;
  /** Whether any answer is the caller's own, or must not be cached. */
  isPrivate = false;
  /** Whether any is stale because its upstream failed or was too slow (stale-if-error). */
  hasStaleIfError = false;
  /** Remaining fresh lifetime of all answers, in milliseconds; negative once one is stale. */
  freshMs = Infinity;
  /**
   * The declared lifetime and the age of the answer that expires first, in milliseconds; `freshMs` is the difference.
   */
  lifetimeMs = Infinity;
  ageMs = 0;
  /** The shortest `staleWhileRevalidate` of all answers, in milliseconds. */
  staleWhileRevalidateMs = Infinity;
  staleIfErrorMs = Infinity;
  /** Answers found in the cache, and answers fetched. */
  hits = 0;
  misses = 0;
  readonly tags = new Set<string>();
}

const notes = new PerContext(() => new Freshness());

/** The freshness of a request's answers; undefined before its first port call. */
export const freshnessOf = (context: Context): Freshness | undefined => notes.known(context);

/** The same, created on first use. */
export const noteOn = (context: Context): Freshness => notes.of(context);

/** Marks the response of a request private to its caller. */
export function keepPrivate(context: Context): void {
  noteOn(context).isPrivate = true;
}

/** Marks the response of a request as containing an error, so that no cache stores it. */
export function keepNothing(context: Context): void {
  noteOn(context).isBroken = true;
}

/**
 * Notes the freshness of the answers for these items: for HTTP caching headers, and on `context` itself for
 * stale-if-error answers.
 * @returns the answers
 */
export function noted(
  context: Context,
  items: readonly { key: string; id?: string }[],
  known: Map<string, Entry>,
  policy: CacheRule,
): Map<string, Entry> {
  const note = noteOn(context);
  if (policy.scope === 'caller') note.isPrivate = true;
  note.staleIfErrorMs = Math.min(note.staleIfErrorMs, policy.staleIfError * 1000);
  note.staleWhileRevalidateMs = Math.min(note.staleWhileRevalidateMs, policy.staleWhileRevalidate * 1000);
  const now = performance.now();
  for (const { key, id } of items) {
    const entry = known.get(key);
    if (!entry) continue;
    give(entry);
    const age = now - entry.storedAt;
    if (entry.storedAt < context.startedAt) note.hits += 1;
    else note.misses += 1;
    noteLifetime(note, (entry.value === undefined ? policy.negativeTtl : policy.ttl) * 1000, age);
    for (const tag of entry.tags) note.tags.add(tag);
    if (!entry.isStaleIfError || age < entry.freshMs) continue;
    note.hasStaleIfError = true;
    context.noteStale(age, id);
  }
  return known;
}

/** Uses the declared lifetime: the jittered one of an entry is internal to this cache. */
function noteLifetime(note: Freshness, lifetimeMs: number, ageMs: number): void {
  const freshMs = lifetimeMs - ageMs;
  if (freshMs >= note.freshMs) return;
  note.freshMs = freshMs;
  note.lifetimeMs = lifetimeMs;
  note.ageMs = ageMs;
}
