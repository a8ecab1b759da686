import { GatewayError } from '#libs/errors';
import { Interrupted } from './interrupted.ts';
import type { JobKindSettings } from './job-kind.ts';
import type { JobFailure, JobProgress, JobRecord, RunJob } from './job.ts';
import { jsonOf, MAX_RESULT } from './job-queue.ts';

/** How long a run may go on after its signal, in milliseconds. */
const STOPPING_MS = 1_000;

/** The least time between two reports of progress that are kept, in milliseconds. */
const PROGRESS_MS = 250;

/** How an attempt ended. */
export type Outcome =
  | { is: 'completed'; result: string }
  | { is: 'failed'; failure: JobFailure; isFinal: boolean; error: unknown }
  /** The run stopped because of its signal, which did not mean that it failed. */
  | { is: 'interrupted'; why: 'cancelled' | 'lost' | 'shutdown' };

/** The codes of failures that are answers of no request. */
const TIMED_OUT: JobFailure = { code: 'JOB_TIMEOUT', detail: 'The job took too long.' };
/** The failure of a job whose last attempt ended with its process. */
export const STALLED: JobFailure = { code: 'JOB_STALLED', detail: 'The process that ran the job stopped.' };

/** One attempt of a job in this process. */
export class Attempt {
  readonly ended: Promise<Outcome>;
  private readonly controller = new AbortController();
  private reported: JobProgress | undefined;
  private timer: NodeJS.Timeout | undefined;

  /** @param keep saves the newest progress, at most four times a second */
  constructor(
    private readonly job: JobRecord,
    kind: JobKindSettings,
    run: RunJob,
    private readonly keep: (progress: JobProgress) => void,
  ) {
    this.ended = this.outcomeOf(kind, run);
  }

  get id(): string {
    return this.job.id;
  }

  /** Aborts the signal of the run. */
  interrupt(why: Interrupted['why']): void {
    this.controller.abort(new Interrupted(why));
  }

  private async outcomeOf({ name, timeoutMs }: JobKindSettings, run: RunJob): Promise<Outcome> {
    const { signal } = this.controller;
    const { id, owner, input, attempt, origin } = this.job;
    const timeout = setTimeout(() => this.interrupt('timeout'), timeoutMs);
    const stopped = leftAlone(signal);
    try {
      const progress = (done: number, total?: number) => this.report({ done, total });
      const running = (async () => run(name, { id, owner, input, attempt, origin, signal, progress }))();
      running.catch(() => {});
      const result = jsonOf(await Promise.race([running, stopped.promise]));
      if (result.length > MAX_RESULT) throw new TypeError(`The result of ${name} has more than 256 kB.`);
      return { is: 'completed', result };
    } catch (error) {
      return outcomeOfError(error, signal.aborted ? (signal.reason as Interrupted) : undefined);
    } finally {
      clearTimeout(timeout);
      clearTimeout(this.timer);
      stopped.end();
      this.flush();
      // A run that was left alone reports to nobody.
      this.timer = undefined;
      this.isOver = true;
    }
  }

  private isOver = false;

  private report(progress: JobProgress): void {
    if (this.isOver || !Number.isFinite(progress.done)) return;
    const isFirst = this.reported === undefined && this.timer === undefined;
    this.reported = progress;
    if (isFirst) this.flush();
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.flush();
    }, PROGRESS_MS).unref();
  }

  private flush(): void {
    const { reported } = this;
    if (!reported) return;
    this.reported = undefined;
    this.keep(reported);
  }
}

/** Rejects with the reason of a signal, a while after it was aborted. */
function leftAlone(signal: AbortSignal): { promise: Promise<never>; end: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {});
  const wait = () => (timer = setTimeout(() => reject(signal.reason as Error), STOPPING_MS));
  signal.addEventListener('abort', wait, { once: true });
  return {
    promise,
    end: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', wait);
    },
  };
}

function outcomeOfError(error: unknown, interrupted: Interrupted | undefined): Outcome {
  if (interrupted?.why === 'timeout') return { is: 'failed', failure: TIMED_OUT, isFinal: false, error };
  if (interrupted) return { is: 'interrupted', why: interrupted.why as 'cancelled' | 'lost' | 'shutdown' };
  if (!(error instanceof GatewayError))
    return { is: 'failed', failure: { code: 'INTERNAL' }, isFinal: false, error };
  const { code, detail, status } = error;
  // What the input is to blame for fails again.
  const isFinal = status < 500 && status !== 429 && code !== 'IDEMPOTENCY_IN_FLIGHT' && code !== 'REQUEST_TIMEOUT';
  return { is: 'failed', failure: { code, detail }, isFinal, error };
}
