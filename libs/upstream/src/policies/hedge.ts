import type { Attempt, Policy, Try, Upstream } from '#libs/upstream';
import { DelayQueue } from './delay-queue.ts';

/**
 * The multiple of the median below which a latency is not tail latency: one call in twenty exceeds the p95 by
 * definition.
 */
const TAIL = 2;
/** The largest multiple of the median that is waited if second tries do not win: then all calls are slow, or we are. */
const MAX_TAIL = 16;
/**
 * The factors by which the delay grows after each second try, and shrinks after one that won: one in seven must win.
 */
const LONGER = 1.1;
const LESS = 0.5;
/**
 * The factor by which the delay shrinks after a call without a second try: if hedging never helps, one call in 200 is
 * sent twice.
 */
const A_LITTLE_LESS = 0.9995;

/**
 * The hedging policy: sends a safe call a second time if it exceeds the recent p95 and twice the median, from the
 * same budget as retries; the first answer wins, and the other try is cancelled (Dean and Barroso, "The Tail at
 * Scale"). If second tries hardly ever win, the delay grows, and shrinks again with time.
 */
export const hedge =
  ({ settings, budget }: Upstream): Policy =>
  (call, { isSafe, latencies }) => {
    if (!isSafe) return call;
    const later = new DelayQueue();
    let tail = TAIL;

    return (attempt, question) => {
      const { p50, p95 } = latencies;
      if (settings.hedge.mode === 'off' || p50 === undefined || p95 === undefined) return call(attempt, question);
      return new Promise((resolve, reject) => {
        const race = new Race(call, question, resolve, reject);
        const delayMs = Math.max(p95, tail * p50, settings.hedge.minDelayMs);
        const startedAt = performance.now();
        const start = () => {
          // A second try would queue behind the first: the upstream has not received it yet.
          const dueAt = startedAt + delayMs + attempt.record.queueMs;
          const leftMs = attempt.isQueued ? delayMs : dueAt - performance.now();
          if (leftMs >= 1) return void (stop = later.add(leftMs, start));
          if (attempt.endedBy || !budget.withdraw()) return;
          tail = Math.min(MAX_TAIL, tail * LONGER);
          race.add(attempt.rival());
        };
        race.add(attempt);
        let stop = later.add(delayMs, start);
        race.onOver = (winner) => {
          stop();
          tail = Math.max(TAIL, tail * (winner?.isHedge ? LESS : A_LITTLE_LESS));
        };
      });
    };
  };

/** Concurrent tries of one call: the first answer wins; an error counts only if no other try is left. */
class Race<Question, Answer> {
  /** Called once when it is decided, without a winner if all have failed. */
  onOver: (winner?: Attempt) => void = () => {};
  private readonly running = new Set<Attempt>();

  constructor(
    private readonly call: Try<Question, Answer>,
    private readonly question: Question,
    private readonly resolve: (answer: Answer) => void,
    private readonly reject: (error: unknown) => void,
  ) {}

  add(attempt: Attempt): void {
    this.running.add(attempt);
    this.call(attempt, this.question).then(
      (answer) => {
        this.running.delete(attempt);
        this.over(attempt);
        this.resolve(answer);
      },
      (error: unknown) => {
        this.running.delete(attempt);
        if (this.running.size) return;
        this.over();
        this.reject(error);
      },
    );
  }

  private over(winner?: Attempt): void {
    this.onOver(winner);
    for (const loser of this.running) loser.end('rival');
  }
}
