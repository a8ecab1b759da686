import type { Recording } from '#libs/observe';
import { bytesOf, RecordingList, startedAt } from './recording-list.ts';

const MS_PER_MINUTE = 60_000;
/** How many requests of each minute are kept: the slowest. */
const OF_A_MINUTE = 20;

const durationOf = ({ root }: Recording): number => root.durationMs ?? 0;

/** The slowest requests of each minute, in bounded memory. */
export class SlowRequests {
  private readonly past: RecordingList;
  /** The memory of one request: all of a minute have half of the whole. */
  private readonly maxOfOne: number;
  private current: Recording[] = [];
  private minute = 0;
  /** The shortest duration among a full minute's. */
  private leastMs = -1;

  constructor(maxBytes: number) {
    this.past = new RecordingList(maxBytes / 2);
    this.maxOfOne = maxBytes / 2 / OF_A_MINUTE;
  }

  get bytes(): number {
    return this.current.reduce((sum, one) => sum + bytesOf(one), this.past.bytes);
  }

  add(recording: Recording): void {
    const minute = Math.floor(startedAt(recording) / MS_PER_MINUTE);
    if (minute > this.minute) this.begin(minute);
    const isFull = this.current.length >= OF_A_MINUTE;
    if ((isFull && durationOf(recording) <= this.leastMs) || bytesOf(recording) > this.maxOfOne) return;
    if (isFull)
      this.current.splice(
        this.current.findIndex((one) => durationOf(one) === this.leastMs),
        1,
      );
    this.current.push(recording);
    this.leastMs = Math.min(...this.current.map(durationOf));
  }

  /** Drops those that began before a moment. @param at in milliseconds since the epoch */
  dropBefore(at: number): void {
    this.past.dropBefore(at);
    this.current = this.current.filter((one) => startedAt(one) >= at);
  }

  *[Symbol.iterator](): IterableIterator<Recording> {
    yield* this.past;
    yield* this.current;
  }

  private begin(minute: number): void {
    for (const one of this.current) this.past.add(one);
    this.current = [];
    this.minute = minute;
  }
}
