import { spend } from './gcra.ts';

/** A client speaks so often at once, and all of it again after so long. Nobody types as fast. */
const RATE = { limit: 200, windowMs: 4_000 };

/** What one socket may send, whatever it says: each frame costs something, also one that is refused. */
export class FrameLimit {
  private fullAt: number | undefined;

  /** Counts one. @returns whether it may still come */
  take(): boolean {
    const [{ isAllowed }, fullAt] = spend(this.fullAt, performance.now(), 1, RATE);
    this.fullAt = fullAt;
    return isAllowed;
  }
}
