import { spend } from './gcra.ts';

/** The limit of frames of one socket: 200 at once, refilled over 4 s. No person types faster. */
const RATE = { limit: 200, windowMs: 4_000 };

/** Limits the frames of one socket. Every frame counts, including refused ones. */
export class FrameLimit {
  private fullAt: number | undefined;

  /** Counts one frame. @returns whether it is within the limit */
  take(): boolean {
    const [{ isAllowed }, fullAt] = spend(this.fullAt, performance.now(), 1, RATE);
    this.fullAt = fullAt;
    return isAllowed;
  }
}
