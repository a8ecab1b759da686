import type { Context } from './context.ts';

/** How long work may take that goes on without its client, in milliseconds. */
const WRITING_MS = 5_000;

/** Work that goes on after its client has gone, so that a stop can wait for it. */
export class DetachedWork {
  private readonly underWay = new Set<Promise<unknown>>();

  /** Does `body` for a request, under a deadline of its own: what follows a first write, and what undoes it. */
  run<T>(context: Context, body: (context: Context) => Promise<T>): Promise<T> {
    const detached = context.detached(WRITING_MS);
    return this.track(body(detached).finally(() => detached.settle()));
  }

  /** Counts `work` as under way until it settles. */
  track<T>(work: Promise<T>): Promise<T> {
    this.underWay.add(work);
    const done = () => void this.underWay.delete(work);
    work.then(done, done);
    return work;
  }

  /** Resolves when nothing is under way any more. */
  async settled(): Promise<void> {
    while (this.underWay.size) await Promise.allSettled(this.underWay);
  }
}
