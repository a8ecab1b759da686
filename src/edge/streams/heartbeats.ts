/** Streams beat in turn, so many groups of them. */
const GROUPS = 15;

/** Something that shows that it is alive when it is told to. */
interface Beating {
  beat(): void;
}

/** Lets every stream beat once in an interval, a fifteenth of them at a time, by one timer. */
export class Heartbeats {
  private readonly groups: Set<Beating>[] = Array.from({ length: GROUPS }, () => new Set());
  private turn = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly intervalMs: number) {}

  /** @returns takes it away again */
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
