/** How many tags are kept by name; beyond it, all count as invalidated. */
const MAX_ENTRIES = 10_000;

/** Records when tags were invalidated: an answer requested before that must not be stored. */
export class InvalidationLog {
  private count = 0;
  private allAt = 0;
  private readonly at = new Map<string, number>();

  /** The current moment, as `since` takes it. */
  get moment(): number {
    return this.count;
  }

  add(tags: readonly string[] | 'all'): void {
    this.count += 1;
    if (tags === 'all' || this.at.size > MAX_ENTRIES) {
      this.at.clear();
      this.allAt = this.count;
    }
    if (tags !== 'all') for (const tag of tags) this.at.set(tag, this.count);
  }

  /** Whether any of these tags was invalidated after a moment. */
  since(moment: number, tags: readonly string[]): boolean {
    return this.allAt > moment || tags.some((tag) => (this.at.get(tag) ?? 0) > moment);
  }
}
