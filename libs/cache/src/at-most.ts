/**
 * Bounds an `LRUCache` to so many entries. Its own `max` takes the room for all of them at start: five megabytes for a
 * hundred thousand. A size bounds as well, and takes room as it fills.
 */
export const atMost = (most: number) => ({ maxSize: most, sizeCalculation: () => 1 });
