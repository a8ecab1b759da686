/** Measures the time in which at least one call of a request is under way: concurrent calls count once. */
export class UpstreamWait {
  private calls = 0;
  private since = 0;
  private endedMs = 0;

  /** The time so far, in milliseconds. */
  get ms(): number {
    return this.calls ? this.endedMs + performance.now() - this.since : this.endedMs;
  }

  /** Call `end` once for each. */
  begin(): void {
    if (this.calls === 0) this.since = performance.now();
    this.calls += 1;
  }

  end(): void {
    this.calls -= 1;
    if (this.calls === 0) this.endedMs += performance.now() - this.since;
  }
}
