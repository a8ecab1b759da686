/** The value of a label in place of one that is too many. */
export const OTHER = '_OTHER';

/**
 * The values of a label that clients choose, such as the names of operations: at most `max` of them, so that nobody can
 * fill the memory of the gateway and of Prometheus with series.
 */
export class BoundedLabel {
  private readonly known: Set<string>;
  private readonly seen = new Set<string>();

  /** @param known values that always count by themselves */
  constructor(
    private readonly max: number,
    known: Iterable<string> = [],
  ) {
    this.known = new Set(known);
  }

  /** Adds values that always count by themselves, whatever others there are. */
  expect(values: Iterable<string>): void {
    for (const value of values) this.known.add(value);
  }

  /** The value itself, or `_OTHER` for a new one when there are too many. */
  of(value: string): string {
    if (this.known.has(value) || this.seen.has(value)) return value;
    if (this.seen.size >= this.max) return OTHER;
    this.seen.add(value);
    return value;
  }
}
