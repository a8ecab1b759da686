import { type Recording, TryFlag } from './recording.ts';

/** The response of an upstream to a try. */
export interface Response {
  afterMs: number;
  outcome: string;
  /** A union of `TryFlag`. */
  flags: number;
  retryAfterMs: number;
}

/** The most neighbours in time that a response is drawn from, and of those that took longer than a given time. */
const NEIGHBOURS = 16;
const LONGER_NEIGHBOURS = 8;
/** How far neighbours may be: this long, or this multiple of the distance of the next one if that is more, in milliseconds. */
const NEAR_MS = 50;
const NEAR_FACTOR = 4;
/** The same for responses longer than a given time, which are rarer. */
const LONGER_NEAR_MS = 5_000;
/** Outcomes of tries that ended before the upstream had responded: it would have taken longer. */
const UNFINISHED = new Set(['CANCELLED', 'UPSTREAM_TIMEOUT']);

/**
 * The responses of one method of an upstream, by when a try was sent. A try whose response was never awaited is given a
 * longer one of its neighbours (redistribution to the right: Efron, "The two sample problem with censored data").
 */
export class Responses {
  /** How many tries hang in the rehearsal because none was measured that took longer. */
  unmeasured = 0;
  /** Rows of the tries that were sent, and when, in that order. */
  private readonly rows: readonly number[];
  private readonly sentAt: Float64Array;
  private readonly isUnfinished: readonly boolean[];
  /** The place in `rows` of the first try of each call; undefined if it was not sent. */
  private readonly firsts = new Map<number, number>();

  /** @param calls rows of the method's calls, in the order in which they began */
  constructor(
    private readonly recording: Recording,
    method: number,
    calls: readonly number[],
    private readonly random: () => number,
  ) {
    const { tries, outcomes } = recording;
    this.isUnfinished = outcomes.map((outcome) => UNFINISHED.has(outcome));
    const mine = [...tries.method.keys()].filter((row) => tries.method[row] === method);
    const sentAt = (row: number) => tries.startedAt[row]! + tries.queueMs[row]!;
    this.rows = mine.filter((row) => has(tries.flags[row]!, TryFlag.isSent)).sort((a, b) => sentAt(a) - sentAt(b));
    this.sentAt = Float64Array.from(this.rows, sentAt);
    const places = new Map(this.rows.map((row, place) => [row, place]));
    const firsts = mine
      .filter((row) => !has(tries.flags[row]!, TryFlag.isHedge | TryFlag.isRetry))
      .sort((a, b) => tries.startedAt[a]! - tries.startedAt[b]!);
    let next = 0;
    for (const [i, call] of calls.entries()) {
      // A call sends its first try at once: it is the first one that began between this call and the next.
      const until = i + 1 < calls.length ? recording.calls.startedAt[calls[i + 1]!]! : Infinity;
      const began = (row: number | undefined) => (row === undefined ? Infinity : tries.startedAt[row]!);
      while (began(firsts[next]) < recording.calls.startedAt[call]!) next += 1;
      if (began(firsts[next]) > until) continue;
      const place = places.get(firsts[next]!);
      if (place !== undefined) this.firsts.set(call, place);
      next += 1;
    }
  }

  /** The response to the first try of a call: the one that was measured, if it was. Undefined if the upstream hangs. */
  first(call: number, now: number): Response | undefined {
    const place = this.firsts.get(call);
    if (place === undefined) return this.another(now);
    return this.isOpen(place) ? this.longer(now, this.tookMs(place)) : this.at(place);
  }

  /** The response to any other try. Undefined if the upstream hangs. */
  another(now: number): Response | undefined {
    return this.drawn(
      now,
      this.around(now, NEIGHBOURS, NEAR_MS, () => true),
    );
  }

  private longer(now: number, thanMs: number): Response | undefined {
    const isLonger = (place: number) => this.tookMs(place) > thanMs;
    return this.drawn(now, this.around(now, LONGER_NEIGHBOURS, LONGER_NEAR_MS, isLonger));
  }

  private drawn(now: number, places: readonly number[]): Response | undefined {
    const place = places[Math.floor(this.random() * places.length)];
    if (place !== undefined) return this.isOpen(place) ? this.longer(now, this.tookMs(place)) : this.at(place);
    this.unmeasured += 1;
    return undefined;
  }

  /** The nearest tries in time that fit. */
  private around(now: number, max: number, nearMs: number, fits: (place: number) => boolean): number[] {
    const found: number[] = [];
    let after = this.placeAt(now);
    let before = after - 1;
    let limitMs = Infinity;
    while (found.length < max) {
      const beforeMs = before >= 0 ? now - this.sentAt[before]! : Infinity;
      const afterMs = after < this.sentAt.length ? this.sentAt[after]! - now : Infinity;
      const nearestMs = Math.min(beforeMs, afterMs);
      if (nearestMs === Infinity || nearestMs > limitMs) break;
      if (limitMs === Infinity) limitMs = Math.max(nearMs, NEAR_FACTOR * nearestMs);
      const place = beforeMs <= afterMs ? before-- : after++;
      if (fits(place)) found.push(place);
    }
    return found;
  }

  /** The place of the first try that was sent at this time or later. */
  private placeAt(time: number): number {
    let low = 0;
    let high = this.sentAt.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.sentAt[middle]! < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private tookMs(place: number): number {
    return this.recording.tries.durationMs[this.rows[place]!]!;
  }

  /** Whether the response was not awaited. */
  private isOpen(place: number): boolean {
    return this.isUnfinished[this.recording.tries.outcome[this.rows[place]!]!]!;
  }

  private at(place: number): Response {
    const { tries, outcomes } = this.recording;
    const row = this.rows[place]!;
    return {
      afterMs: tries.durationMs[row]!,
      outcome: outcomes[tries.outcome[row]!]!,
      flags: tries.flags[row]!,
      retryAfterMs: tries.retryAfterMs[row]!,
    };
  }
}

/** Whether any of these flags is set. */
export const has = (flags: number, flag: number): boolean => (flags & flag) !== 0;
