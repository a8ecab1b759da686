import { type Context, Flight } from '#libs/upstream';
import type { Known, Lookup } from './lookup.ts';

/**
 * A call for what is not in the cache, or is not fresh there. Once it takes longer than usual, those who wait and for whom
 * stale answers may stand in are given those, and the call goes on, to refresh the cache: until its own deadline, and as
 * one of a bounded number.
 */
export class CacheFlight extends Flight<Known> {
  /** Whether it takes longer than usual: who comes now is given what stands in, and waits no more. */
  isOverdue = false;
  private found: Known | undefined;
  private standIns: Known | undefined;
  private readonly overdue = Promise.withResolvers<void>();
  private hasPlace = false;

  constructor(
    context: Context,
    private readonly lookup: Lookup,
  ) {
    super(context);
    this.mustBeFresh = context.mustBeFresh;
  }

  /** Tells it what can be answered before the upstream does. @param found is good as it is */
  has(found: Known, standIns: Known): void {
    this.found = found;
    this.standIns = standIns;
  }

  becomeOverdue(): void {
    this.isOverdue = true;
    this.overdue.resolve();
  }

  /** What answers these in place of the upstream; undefined where nothing stands in for one of them. */
  standInsFor(keys: readonly string[]): Known | undefined {
    const known: Known = new Map();
    for (const key of keys) {
      const standIn = this.standIns?.get(key);
      const entry = this.found?.get(key) ?? standIn;
      if (!entry) return undefined;
      if (entry === standIn) entry.isStandIn = true;
      known.set(key, entry);
    }
    return known;
  }

  /** Waits for these: where stale ones may stand in for all of them, for as long as the call usually takes. */
  joinFor(context: Context, keys: readonly string[]): Promise<Known> {
    if (context.mustBeFresh) return this.join(context);
    const early = this.overdue.promise.then(() => this.standInsFor(keys));
    return this.join(context, early);
  }

  /** Goes on alone as long as it has time, however many others do. */
  background(): this {
    super.detach();
    return this;
  }

  override detach(): boolean {
    if (this.isDetached) return true;
    if (!this.lookup.detached.tryEnter()) return false;
    this.hasPlace = true;
    return super.detach();
  }

  override settle(): void {
    super.settle();
    if (this.hasPlace) this.lookup.detached.release();
    this.hasPlace = false;
  }
}
