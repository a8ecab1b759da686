/** Admits a limited number of items per second. */
export class PerSecond {
  private second = 0;
  private admitted = 0;

  constructor(private readonly max: number) {}

  /** Whether one more is admitted. @param atMs a time in milliseconds, of a clock that never goes back */
  admits(atMs: number): boolean {
    const second = Math.floor(atMs / 1000);
    if (second !== this.second) {
      this.second = second;
      this.admitted = 0;
    }
    this.admitted += 1;
    return this.admitted <= this.max;
  }
}
