import { type Context, Flight } from '#libs/upstream';
import type { Known, Lookup } from './lookup.ts';

/**
 * One upstream call for entries that are missing or stale. Once it exceeds the soft timeout, waiting requests that
 * accept stale answers get them, and the call goes on to refresh the cache, until its own deadline and within a
 * bounded number of such calls.
 */
export class CacheFlight extends Flight<Known> {
  /** Whether the soft timeout has passed: requests that join from then on get the stale answer at once. */
  isOverdue = false;
  private found: Known | undefined;
  private staleEntries: Known | undefined;
  private readonly overdue = Promise.withResolvers<void>();
  private hasPlace = false;

  constructor(
    context: Context,
    private readonly lookup: Lookup,
  ) {
    super(context);
    this.noCache = context.noCache;
  }

  /**
   * Sets the entries that can be answered before the upstream does.
   * @param found entries that are usable as they are
   */
  has(found: Known, staleEntries: Known): void {
    this.found = found;
    this.staleEntries = staleEntries;
  }

  becomeOverdue(): void {
    this.isOverdue = true;
    this.overdue.resolve();
  }

  /** The entries to answer instead of the upstream's; undefined if any key has neither a usable nor a stale one. */
  staleEntriesFor(keys: readonly string[]): Known | undefined {
    const known: Known = new Map();
    for (const key of keys) {
      const staleEntry = this.staleEntries?.get(key);
      const entry = this.found?.get(key) ?? staleEntry;
      if (!entry) return undefined;
      if (entry === staleEntry) entry.isStaleIfError = true;
      known.set(key, entry);
    }
    return known;
  }

  /** Waits for these keys; if all of them have stale entries, no longer than the soft timeout. */
  joinFor(context: Context, keys: readonly string[]): Promise<Known> {
    if (context.noCache) return this.join(context);
    const early = this.overdue.promise.then(() => this.staleEntriesFor(keys));
    return this.join(context, early);
  }

  /** Continues without any waiting request until its deadline, without counting against the bound. */
  background(): this {
    super.detach();
    return this;
  }

  override detach(): boolean {
    if (this.isDetached) return true;
    if (!this.lookup.detached.tryAcquire()) return false;
    this.hasPlace = true;
    return super.detach();
  }

  override settle(): void {
    super.settle();
    if (this.hasPlace) this.lookup.detached.release();
    this.hasPlace = false;
  }
}
