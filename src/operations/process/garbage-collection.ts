import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';

/** The kinds of collections, by the number that V8 gives them. */
const KINDS: Readonly<Record<number, string>> = {
  [constants.NODE_PERFORMANCE_GC_MAJOR]: 'major',
  [constants.NODE_PERFORMANCE_GC_MINOR]: 'minor',
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental',
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: 'weakcb',
};

/** Every kind that `observeCollections` reports. */
export const COLLECTION_KINDS: readonly string[] = [...Object.values(KINDS), 'other'];

type CollectionEntry = PerformanceEntry & { detail: { kind: number } };

/**
 * Reports every garbage collection: Node passes several at once, of which prom-client's own metric counts the first.
 * @param observe receives the kind and the pause, in seconds
 * @returns a function that ends it
 */
export function observeCollections(observe: (kind: string, seconds: number) => void): () => void {
  const observer = new PerformanceObserver((list) => {
    for (const { detail, duration } of list.getEntries() as CollectionEntry[]) {
      observe(KINDS[detail.kind] ?? 'other', duration / 1000);
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  return () => observer.disconnect();
}
