/**
 * Options that bound an `LRUCache` to `max` entries. Its own `max` allocates room for all of them at start (5 MB for
 * 100,000); a size bounds it as well and takes room as it fills.
 */
export const boundedLru = (max: number) => ({ maxSize: max, sizeCalculation: () => 1 });
