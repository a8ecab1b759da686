/**
 * Chooses which lines are written: one of each `of` in a row, at random, so that no rhythm of clients is chosen with it.
 * A line thus stands for exactly `of` requests.
 */
export class LineSampler {
  written = 0;
  leftOut = 0;
  private position = 0;
  private chosen = 0;

  /** @param of 1 for all lines */
  constructor(
    readonly of: number,
    private readonly random: () => number = Math.random,
  ) {}

  /** Whether the next line is written; counts it. */
  takes(): boolean {
    if (this.position === 0) this.chosen = Math.floor(this.random() * this.of);
    const isTaken = this.position === this.chosen;
    this.position = (this.position + 1) % this.of;
    if (isTaken) this.written += 1;
    else this.leftOut += 1;
    return isTaken;
  }
}
