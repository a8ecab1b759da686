import { type Context, PerContext } from '#libs/upstream';
import { type Entry, give } from './entry.ts';
import type { Remembered } from './policy.ts';

/** What HTTP caches must know of the answers that a request was given. */
export class Freshness {
  /** Whether there is an error in the answer that is made of them. */
  isBroken = false;
  /** Whether any was the caller's own, or may not be remembered. */
  isPrivate = false;
  /** Whether any stands in for an answer that its upstream could not give (in time). */
  hasStandIn = false;
  /** For how long all of them are still fresh, in milliseconds; below 0, the time since one has not been. */
  freshMs = Infinity;
  /** The declared lifetime and the age of the answer that expires first, in milliseconds: `freshMs` is what is between. */
  lifetimeMs = Infinity;
  ageMs = 0;
  /** For how long all of them may be used while they are asked for again, in milliseconds. */
  staleWhileRevalidateMs = Infinity;
  staleIfErrorMs = Infinity;
  /** How many were remembered, and how many were not. */
  hits = 0;
  misses = 0;
  readonly tags = new Set<string>();
}

const notes = new PerContext(() => new Freshness());

/** What a request has been told from memory; undefined where it has asked nothing yet. */
export const freshnessOf = (context: Context): Freshness | undefined => notes.known(context);

/** The same, to add to. */
export const noteOn = (context: Context): Freshness => notes.of(context);

/** What a request is answered is for its caller alone. */
export function keepPrivate(context: Context): void {
  noteOn(context).isPrivate = true;
}

/** There is an error in what a request is answered. */
export function keepNothing(context: Context): void {
  noteOn(context).isBroken = true;
}

/**
 * Notes how fresh the answers to these are: for HTTP caches on the request, and on `context` itself where one stands in for
 * what the upstream could not give.
 * @returns the answers
 */
export function noted(
  context: Context,
  items: readonly { key: string; id?: string }[],
  known: Map<string, Entry>,
  policy: Remembered,
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
    if (!entry.isStandIn || age < entry.freshMs) continue;
    note.hasStandIn = true;
    context.noteStale(age, id);
  }
  return known;
}

/** The declared lifetime counts, not the somewhat shorter one of an entry, which is for this cache alone. */
function noteLifetime(note: Freshness, lifetimeMs: number, ageMs: number): void {
  const freshMs = lifetimeMs - ageMs;
  if (freshMs >= note.freshMs) return;
  note.freshMs = freshMs;
  note.lifetimeMs = lifetimeMs;
  note.ageMs = ageMs;
}
