import type { Attempt, Policy, Try, Upstream } from '#libs/upstream';
import { DelayQueue } from './delay-queue.ts';

/** What takes less than so many times the median is no tail: one call in twenty is beyond the p95 of any. */
const TAIL = 2;

/**
 * Asks a second time when a safe call takes longer than its recent p95 and twice its median, out of the same budget as
 * retries; the first answer wins and the other call is cancelled (Dean and Barroso, "The Tail at Scale").
 */
export const hedge =
  ({ settings, budget }: Upstream): Policy =>
  (call, { isSafe, latencies }) => {
    if (!isSafe || settings.hedge.mode === 'off') return call;
    const later = new DelayQueue();

    return (attempt, question) => {
      const { p50, p95 } = latencies;
      if (p50 === undefined || p95 === undefined) return call(attempt, question);
      return new Promise((resolve, reject) => {
        const race = new Race(call, question, resolve, reject);
        const start = () => {
          if (!attempt.endedBy && budget.withdraw()) race.add(attempt.rival());
        };
        race.add(attempt);
        race.onOver = later.add(Math.max(p95, TAIL * p50, settings.hedge.minDelayMs), start);
      });
    };
  };

/** Tries of one call beside each other: the first answer counts, an error only when no other try is left. */
class Race<Question, Answer> {
  /** Called once it is decided. */
  onOver: () => void = () => {};
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
        this.over();
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

  private over(): void {
    this.onOver();
    for (const loser of this.running) loser.end('rival');
  }
}
