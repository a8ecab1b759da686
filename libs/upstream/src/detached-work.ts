import type { Context } from './context.ts';

/** The timeout of detached work, unless it is given one, in milliseconds. */
const WRITING_MS = 5_000;

/** Tracks work that goes on after its client has gone, so that a shutdown can wait for it. */
export class DetachedWork {
  private readonly underWay = new Set<Promise<unknown>>();

  /** Runs `body` for a request with its own deadline: what follows a first write, and its compensation. */
  run<T>(context: Context, body: (context: Context) => Promise<T>, timeoutMs = WRITING_MS): Promise<T> {
    const detached = context.detached(timeoutMs);
    return this.track(body(detached).finally(() => detached.settle()));
  }

  /** Tracks `work` until it settles. */
  track<T>(work: Promise<T>): Promise<T> {
    this.underWay.add(work);
    const done = () => void this.underWay.delete(work);
    work.then(done, done);
    return work;
  }

  /** Resolves when no work is left. */
  async settled(): Promise<void> {
    while (this.underWay.size) await Promise.allSettled(this.underWay);
  }
}
