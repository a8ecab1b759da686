import type { Span } from '#libs/observe';
import type { Context } from '#libs/upstream';
import type { Item, Known, Lookup } from './lookup.ts';

/**
 * Records a lookup as a span, if its request is recorded: `atrium.cache` is `miss` if anything was fetched for it,
 * `stale` if an expired answer was used, else `hit`. The upstream call of a miss is below it.
 */
export function recordedLookup(
  context: Context,
  items: readonly Item[],
  { name }: Lookup,
  lookUp: () => Promise<Known>,
): Promise<Known> {
  const parent = context.span;
  if (!parent) return lookUp();
  const span = parent.start(name, 'internal');
  context.span = span;
  // The flight that it starts takes the span before the first wait.
  const answer = lookUp();
  context.span = parent;
  return answer.then(
    (known) => {
      note(span, items, known);
      span.end();
      return known;
    },
    (error: unknown) => {
      span.attributes['atrium.cache'] = 'miss';
      span.end((error as { code?: string }).code ?? 'INTERNAL');
      throw error;
    },
  );
}

/** Notes the entries that were used, and the age of the oldest. */
function note(span: Span, items: readonly Item[], known: Known): void {
  const now = performance.now();
  let misses = 0;
  let oldestMs = 0;
  let isStale = false;
  for (const { key } of items) {
    const entry = known.get(key);
    const ageMs = entry ? now - entry.storedAt : 0;
    if (!entry || entry.storedAt >= span.startMs) misses += 1;
    else oldestMs = Math.max(oldestMs, ageMs);
    if (entry && ageMs >= entry.freshMs) isStale = true;
  }
  const { attributes } = span;
  attributes['atrium.cache'] = misses ? 'miss' : isStale ? 'stale' : 'hit';
  if (items.length > 1) {
    attributes['atrium.cache.items'] = items.length;
    attributes['atrium.cache.misses'] = misses;
  }
  if (oldestMs) attributes['atrium.cache.age_ms'] = Math.round(oldestMs);
}
