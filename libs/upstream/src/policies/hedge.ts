import type { Attempt, Policy, Try, Upstream } from '#libs/upstream';
import { DelayQueue } from './delay-queue.ts';

/** What takes less than so many times the median is no tail: one call in twenty is beyond the p95 of any. */
const TAIL = 2;
/** Where second tries do not win, all are slow together or we are: so many times the median is waited then, at most. */
const LONGEST_TAIL = 16;
/** How much longer is waited after each second try, and how much less again after one that won: one in seven has to. */
const LONGER = 1.1;
const LESS = 0.5;
/** How much less after a call that needed none, so that it is tried again: of calls that nothing helps, one in 200 comes twice. */
const A_LITTLE_LESS = 0.9995;

/**
 * Asks a second time when the upstream takes longer for a safe call than its recent p95 and twice its median, out of the same budget as
 * retries; the first answer wins and the other call is cancelled (Dean and Barroso, "The Tail at Scale"). Where second
 * tries hardly ever win, it waits longer before it makes one, and less again with time.
 */
export const hedge =
  ({ settings, budget }: Upstream): Policy =>
  (call, { isSafe, latencies }) => {
    if (!isSafe || settings.hedge.mode === 'off') return call;
    const later = new DelayQueue();
    let tail = TAIL;

    return (attempt, question) => {
      const { p50, p95 } = latencies;
      if (p50 === undefined || p95 === undefined) return call(attempt, question);
      return new Promise((resolve, reject) => {
        const race = new Race(call, question, resolve, reject);
        const delayMs = Math.max(p95, tail * p50, settings.hedge.minDelayMs);
        const startedAt = performance.now();
        const start = () => {
          // A second call would wait behind the first for a place: the upstream has not had its time yet.
          const dueAt = startedAt + delayMs + attempt.record.queueMs;
          const leftMs = attempt.isQueued ? delayMs : dueAt - performance.now();
          if (leftMs >= 1) return void (stop = later.add(leftMs, start));
          if (attempt.endedBy || !budget.withdraw()) return;
          tail = Math.min(LONGEST_TAIL, tail * LONGER);
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

/** Tries of one call beside each other: the first answer counts, an error only when no other try is left. */
class Race<Question, Answer> {
  /** Called once it is decided; without a winner where all have failed. */
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
