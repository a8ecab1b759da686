import { GatewayError } from '#libs/errors';
import { Context } from '#libs/upstream';
import { CacheFlight } from './cache-flight.ts';
import { entryOf, isFresh, isUpstreamFailure, isUsable, isWithinStaleIfError, NO_SUCH_THING } from './entry.ts';
import type { Item, Known, Lookup } from './lookup.ts';
import { distributedSingleFlight } from './single-flight.ts';
import type { Read, Tiers } from './tiers.ts';

/** The shortest remaining time of a request that joins a call already in flight, in milliseconds. */
const JOIN_MS = 1_000;
/** The deadline of a background refresh, in milliseconds. */
const REFRESH_MS = 3_000;

/** Upstream calls for missing and stale entries: one call in flight per key, shared by all requests (single-flight). */
export class Fetches {
  private readonly flights = new Map<string, CacheFlight>();

  constructor(
    private readonly tiers: Tiers,
    private readonly random: () => number,
  ) {}

  /** Joins the calls already in flight for these items, and fetches the rest in one call. */
  async get(context: Context, items: readonly Item[], lookup: Lookup): Promise<Known> {
    const known: Known = new Map();
    const waits = new Map<CacheFlight, string[]>();
    const rest: Item[] = [];
    for (const item of items) {
      const { key } = item;
      const flight = context.noCache ? undefined : this.flights.get(key);
      const staleEntries = flight?.isOverdue ? flight.staleEntriesFor([key]) : undefined;
      if (staleEntries) add(staleEntries, 'staleOnTimeout', known, lookup);
      else if (flight?.canServe(context, JOIN_MS)) {
        if (flight.span && !waits.has(flight)) context.span?.link(flight.span);
        waits.set(flight, [...(waits.get(flight) ?? []), key]);
      } else rest.push(item);
    }
    if (rest.length) waits.set(this.depart(context, rest, lookup), rest.map(keyOf));
    const wait = async ([flight, keys]: [CacheFlight, string[]]) => {
      try {
        const answer = await flight.joinFor(context, keys);
        add(keys.length === answer.size ? answer : only(keys, answer), 'staleOnTimeout', known, lookup);
      } catch (error) {
        if (context.endedBy || context.noCache || !isUpstreamFailure(error)) throw error;
        const staleEntries = flight.staleEntriesFor(keys);
        if (!staleEntries) throw error;
        add(staleEntries, 'staleOnError', known, lookup);
      }
    };
    await Promise.all([...waits].map(wait));
    return known;
  }

  /**
   * Refreshes these items in the background, unless a refresh is in flight.
   * @param stale the entries used meanwhile
   */
  refresh(
    { log, trace, caller, span: cause }: Context,
    items: readonly Item[],
    stale: Known,
    lookup: Lookup,
  ): void {
    const expired = items.filter(({ key }) => !this.flights.has(key));
    if (!expired.length) return;
    // No request waits for it.
    const span = cause?.recording.branch(cause, { name: `refresh ${lookup.name}`, kind: 'internal' }).root;
    const context = new Context({ log, trace, caller, timeoutMs: REFRESH_MS, span });
    const flight = new CacheFlight(context, lookup).background();
    const again = async () => {
      const read = await this.tiers.read(expired, lookup.stats);
      flight.has(new Map(), new Map(expired.map(({ key }) => [key, stale.get(key)!])));
      return this.timed(flight, lookup, () => this.fetch(flight, expired, lookup, read));
    };
    this.take(flight, expired, again());
    flight.answer.then(
      () => span?.end(),
      (error: unknown) => {
        span?.end((error as { code?: string }).code ?? 'INTERNAL');
        for (const { key } of expired) stale.get(key)!.isStaleIfError = true;
      },
    );
  }

  private depart(context: Context, items: readonly Item[], lookup: Lookup): CacheFlight {
    const flight = new CacheFlight(context, lookup);
    return this.take(flight, items, this.load(flight, items, lookup));
  }

  /** Lets others join a flight until it has landed. */
  private take(flight: CacheFlight, items: readonly Item[], answer: Promise<Known>): CacheFlight {
    flight.answer = answer;
    for (const { key } of items) this.flights.set(key, flight);
    const land = () => {
      flight.settle();
      for (const { key } of items) if (this.flights.get(key) === flight) this.flights.delete(key);
    };
    answer.then(land, land);
    return flight;
  }

  /** Answers items from the tiers, and fetches those that are missing. */
  private async load(flight: CacheFlight, items: readonly Item[], lookup: Lookup): Promise<Known> {
    const { policy, stats, detached } = lookup;
    const read = await this.tiers.read(items, stats);
    const known: Known = new Map();
    const staleEntries: Known = new Map();
    const expired: Item[] = [];
    const missing: Item[] = [];
    for (const [i, item] of items.entries()) {
      const entry = read.entries[i];
      if (entry && !flight.noCache && isUsable(entry, policy)) {
        known.set(item.key, entry);
        this.tiers.keepHere(item, entry, policy, read.moment);
        if (!isFresh(entry)) expired.push(item);
        continue;
      }
      missing.push(item);
      if (entry && !isFresh(entry) && isWithinStaleIfError(entry, policy)) staleEntries.set(item.key, entry);
    }
    stats.hits += known.size;
    stats.stale += expired.length;
    if (expired.length) this.refreshInstead(flight, expired, known, lookup);
    if (!missing.length) return known;

    flight.has(known, staleEntries);
    if (staleEntries.size === missing.length && !flight.noCache) {
      // No request would wait for this call, and the bound on such calls is reached.
      if (detached.isFull) return flight.staleEntriesFor(items.map(keyOf))!;
      flight.staleAfterMs = lookup.softTimeout.ms;
      flight.expiresAt = Math.max(flight.expiresAt, performance.now() + REFRESH_MS);
    }
    stats.misses += missing.length;
    const answers = await this.timed(flight, lookup, () => this.shared(flight, missing, lookup, read));
    for (const [key, entry] of answers) known.set(key, entry);
    return known;
  }

  /** Hands the stale keys of a flight over to a background refresh, which later requests join instead. */
  private refreshInstead(flight: CacheFlight, expired: readonly Item[], stale: Known, lookup: Lookup): void {
    for (const { key } of expired) if (this.flights.get(key) === flight) this.flights.delete(key);
    this.refresh(flight, expired, stale, lookup);
  }

  /** Makes a call, and marks its flight overdue when the soft timeout passes. */
  private async timed(flight: CacheFlight, { softTimeout }: Lookup, call: () => Promise<Known>): Promise<Known> {
    const startedAt = performance.now();
    const stop = softTimeout.start(() => flight.becomeOverdue());
    try {
      const answers = await call();
      softTimeout.answered(startedAt);
      return answers;
    } catch (error) {
      // A request that gives up early says nothing about the upstream's latency.
      if (!flight.endedBy || flight.isDetached) softTimeout.failed(error);
      throw error;
    } finally {
      stop();
    }
  }

  /** Fetches public entries in one gateway only while the second tier is up (distributed single-flight). */
  private shared(flight: CacheFlight, items: readonly Item[], lookup: Lookup, read: Read): Promise<Known> {
    const fetch = (some: readonly Item[]) => this.fetch(flight, some, lookup, read);
    const { shared } = this.tiers;
    const isShared = shared?.isUp && lookup.policy.scope === 'public' && !flight.noCache;
    return isShared ? distributedSingleFlight(shared, flight, items, fetch) : fetch(items);
  }

  private async fetch(
    context: Context,
    items: readonly Item[],
    { policy, fetch }: Lookup,
    read: Read,
  ): Promise<Known> {
    const storedAt = performance.now();
    const isNegative = policy.kind === 'answer' && policy.negativeTtl > 0;
    const answers = await fetch(context, items).catch((error: unknown) => {
      if (!isNegative || !(error instanceof GatewayError) || error.code !== 'NOT_FOUND') throw error;
      return new Map<string, unknown>([[items[0]!.key, NO_SUCH_THING]]);
    });
    const known: Known = new Map();
    for (const item of items) {
      const entry = entryOf(answers.get(item.key), storedAt, item, policy, this.random());
      known.set(item.key, entry);
      this.tiers.write(item, entry, policy, read);
    }
    return known;
  }
}

const keyOf = ({ key }: Item): string => key;

/** The entries of a shared answer that one request needs. */
const only = (keys: readonly string[], answer: Known): Known =>
  new Map(keys.flatMap((key) => (answer.has(key) ? [[key, answer.get(key)!]] : [])));

/** Merges entries into `known`, and counts the stale ones among them. */
function add(had: Known, why: 'staleOnTimeout' | 'staleOnError', known: Known, { stats }: Lookup): void {
  for (const [key, entry] of had) {
    known.set(key, entry);
    if (entry.isStaleIfError) stats[why] += 1;
  }
}
