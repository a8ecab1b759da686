import type { Recording } from '#libs/observe';

/** What a recording takes without its spans, and each span with its attributes, in bytes: measured, rounded up. */
const [BASE_BYTES, SPAN_BYTES] = [1_500, 500];

/** The estimated memory of a recording, in bytes. */
export const bytesOf = ({ spans, requestId, root: { attributes } }: Recording): number =>
  BASE_BYTES + SPAN_BYTES * spans.length + 2 * (requestId.length + String(attributes['url.path'] ?? '').length);

/** Recordings in the order they came, in bounded memory: the oldest go first. */
export class RecordingList {
  private all: Recording[] = [];
  /** Those before it are gone: removing them one by one would move all others each time. */
  private first = 0;
  bytes = 0;

  constructor(private readonly maxBytes: number) {}

  add(recording: Recording): void {
    this.all.push(recording);
    this.bytes += bytesOf(recording);
    while (this.bytes > this.maxBytes && this.first < this.all.length) this.drop();
  }

  /** Drops those that began before a moment. @param at in milliseconds since the epoch */
  dropBefore(at: number): void {
    for (let oldest = this.all[this.first]; oldest && startedAt(oldest) < at; oldest = this.all[this.first])
      this.drop();
  }

  *[Symbol.iterator](): IterableIterator<Recording> {
    for (let index = this.first; index < this.all.length; index += 1) yield this.all[index]!;
  }

  private drop(): void {
    this.bytes -= bytesOf(this.all[this.first]!);
    this.first += 1;
    if (this.first * 2 < this.all.length) return;
    this.all = this.all.slice(this.first);
    this.first = 0;
  }
}

/** When a recording began, in milliseconds since the epoch. */
export const startedAt = ({ originMs, root }: Recording): number => originMs + root.startMs;
