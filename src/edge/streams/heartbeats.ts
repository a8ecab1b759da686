/** The number of groups that send their heartbeats in turn. */
const GROUPS = 15;

/** A connection that can send a heartbeat. */
interface Beating {
  beat(): void;
}

/** Sends a heartbeat on every stream once an interval, a fifteenth of them at a time, with one timer. */
export class Heartbeats {
  private readonly groups: Set<Beating>[] = Array.from({ length: GROUPS }, () => new Set());
  private turn = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly intervalMs: number) {}

  /** Adds a stream. @returns a function that removes it */
  add(one: Beating): () => void {
    const group = this.groups[Math.floor(Math.random() * GROUPS)]!;
    group.add(one);
    this.timer ??= setInterval(() => this.beat(), this.intervalMs / GROUPS).unref();
    return () => void group.delete(one);
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private beat(): void {
    this.turn = (this.turn + 1) % GROUPS;
    for (const one of this.groups[this.turn]!) one.beat();
  }
}
