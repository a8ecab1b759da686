/**
 * Whether the upstream of a port is silent: one of its calls is overdue, and none has been answered since that call
 * began. Then no request waits for any of its calls, until one is answered: a slow call among answered ones concerns
 * its own requests only, a silent upstream concerns all.
 */
export class Silence {
  private readonly calls = new Set<() => void>();
  private answeredAt = -Infinity;
  private isSilent = false;
  /** When the last silence of more than one call ended, by `performance.now()`. */
  endedAt = -Infinity;

  /**
   * A call begins.
   * @param onSilent called when the silence begins; at once if it has begun
   * @returns ends the call
   */
  begin(onSilent: () => void): () => void {
    this.calls.add(onSilent);
    if (this.isSilent) onSilent();
    return () => void this.calls.delete(onSilent);
  }

  /** A call is overdue. @param startedAt by `performance.now()` */
  noteOverdue(startedAt: number): void {
    if (this.isSilent || this.answeredAt > startedAt) return;
    this.isSilent = true;
    for (const onSilent of this.calls) onSilent();
  }

  /** The upstream has answered a call that has not ended yet. */
  noteAnswered(): void {
    this.answeredAt = performance.now();
    if (this.isSilent && this.calls.size > 1) this.endedAt = this.answeredAt;
    this.isSilent = false;
  }
}
