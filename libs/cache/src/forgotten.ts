/** So many tags are known by name. */
const MOST = 10_000;

/** Which tags were forgotten since when: an answer that was asked for before must not be kept. */
export class Forgotten {
  private count = 0;
  private allAt = 0;
  private readonly at = new Map<string, number>();

  /** Now, to be given to `since`. */
  get moment(): number {
    return this.count;
  }

  add(tags: readonly string[] | 'all'): void {
    this.count += 1;
    if (tags === 'all' || this.at.size > MOST) {
      this.at.clear();
      this.allAt = this.count;
    }
    if (tags !== 'all') for (const tag of tags) this.at.set(tag, this.count);
  }

  /** Whether one of these was forgotten after a moment. */
  since(moment: number, tags: readonly string[]): boolean {
    return this.allAt > moment || tags.some((tag) => (this.at.get(tag) ?? 0) > moment);
  }
}
