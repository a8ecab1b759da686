import { GatewayError } from '#libs/errors';
import { Context } from '#libs/upstream';
import { CacheFlight } from './cache-flight.ts';
import { entryOf, isFresh, isUpstreamFailure, isUsable, isWithinStaleIfError, NO_SUCH_THING } from './entry.ts';
import type { Item, Known, Lookup } from './lookup.ts';
import { oneAsks } from './one-asks.ts';
import type { Read, Tiers } from './tiers.ts';

/** Who finds somebody fetching the same waits for their answer if it may take so long, in milliseconds. */
const JOIN_MS = 1_000;
/** How long a call may take that no request waits for, in milliseconds. */
const REFRESH_MS = 3_000;

/** Calls to upstreams for what is not in the cache, or not fresh there: one for each thing, however many want it. */
export class Fetches {
  private readonly flights = new Map<string, CacheFlight>();

  constructor(
    private readonly tiers: Tiers,
    private readonly random: () => number,
  ) {}

  /** Waits for those that are on their way to somebody else, and fetches the rest in one go. */
  async get(context: Context, items: readonly Item[], lookup: Lookup): Promise<Known> {
    const known: Known = new Map();
    const waits = new Map<CacheFlight, string[]>();
    const rest: Item[] = [];
    for (const item of items) {
      const { key } = item;
      const flight = context.mustBeFresh ? undefined : this.flights.get(key);
      const standIns = flight?.isOverdue ? flight.standInsFor([key]) : undefined;
      if (standIns) add(standIns, 'staleOnTimeout', known, lookup);
      else if (flight?.canServe(context, JOIN_MS)) waits.set(flight, [...(waits.get(flight) ?? []), key]);
      else rest.push(item);
    }
    if (rest.length) waits.set(this.depart(context, rest, lookup), rest.map(keyOf));
    const wait = async ([flight, keys]: [CacheFlight, string[]]) => {
      try {
        const answer = await flight.joinFor(context, keys);
        add(keys.length === answer.size ? answer : only(keys, answer), 'staleOnTimeout', known, lookup);
      } catch (error) {
        if (context.endedBy || context.mustBeFresh || !isUpstreamFailure(error)) throw error;
        const standIns = flight.standInsFor(keys);
        if (!standIns) throw error;
        add(standIns, 'staleOnError', known, lookup);
      }
    };
    await Promise.all([...waits].map(wait));
    return known;
  }

  /** Fetches these again, unless somebody does; nobody waits for it. @param stale what is answered meanwhile */
  refresh({ log, trace, caller }: Context, items: readonly Item[], stale: Known, lookup: Lookup): void {
    const expired = items.filter(({ key }) => !this.flights.has(key));
    if (!expired.length) return;
    const context = new Context({ log, trace, caller, timeoutMs: REFRESH_MS });
    const flight = new CacheFlight(context, lookup).background();
    const again = async () => {
      const read = await this.tiers.read(expired, lookup.stats);
      flight.has(new Map(), new Map(expired.map(({ key }) => [key, stale.get(key)!])));
      return this.timed(flight, lookup, () => this.fetch(flight, expired, lookup, read));
    };
    this.take(flight, expired, again());
    flight.answer.catch(() => {
      for (const { key } of expired) stale.get(key)!.isStandIn = true;
    });
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

  /** Answers what is found, and fetches the rest. */
  private async load(flight: CacheFlight, items: readonly Item[], lookup: Lookup): Promise<Known> {
    const { policy, stats, detached } = lookup;
    const read = await this.tiers.read(items, stats);
    const known: Known = new Map();
    const standIns: Known = new Map();
    const expired: Item[] = [];
    const missing: Item[] = [];
    for (const [i, item] of items.entries()) {
      const entry = read.entries[i];
      if (entry && !flight.mustBeFresh && isUsable(entry, policy)) {
        known.set(item.key, entry);
        this.tiers.keepHere(item, entry, policy, read.moment);
        if (!isFresh(entry)) expired.push(item);
        continue;
      }
      missing.push(item);
      if (entry && !isFresh(entry) && isWithinStaleIfError(entry, policy)) standIns.set(item.key, entry);
    }
    stats.hits += known.size;
    stats.stale += expired.length;
    if (expired.length) this.refreshInstead(flight, expired, known, lookup);
    if (!missing.length) return known;

    flight.has(known, standIns);
    if (standIns.size === missing.length && !flight.mustBeFresh) {
      // Nobody would wait for the call, and there are enough of those.
      if (detached.isFull) return flight.standInsFor(items.map(keyOf))!;
      flight.expiresAt = Math.max(flight.expiresAt, performance.now() + REFRESH_MS);
    }
    stats.misses += missing.length;
    const answers = await this.timed(flight, lookup, () => this.shared(flight, missing, lookup, read));
    for (const [key, entry] of answers) known.set(key, entry);
    return known;
  }

  /** Refreshes what a flight has found stale: from now on it is on its way with the refresh. */
  private refreshInstead(flight: CacheFlight, expired: readonly Item[], stale: Known, lookup: Lookup): void {
    for (const { key } of expired) if (this.flights.get(key) === flight) this.flights.delete(key);
    this.refresh(flight, expired, stale, lookup);
  }

  /** Makes a call, and tells its flight when it takes longer than usual. */
  private async timed(flight: CacheFlight, { softTimeout }: Lookup, call: () => Promise<Known>): Promise<Known> {
    const startedAt = performance.now();
    const stop = softTimeout.start(() => flight.becomeOverdue());
    try {
      const answers = await call();
      softTimeout.answered(startedAt);
      return answers;
    } catch (error) {
      // Whoever gives up early says nothing about the upstream.
      if (!flight.endedBy || flight.isDetached) softTimeout.failed(error);
      throw error;
    } finally {
      stop();
    }
  }

  /** Where gateways share what is everybody's, one of them fetches it. */
  private shared(flight: CacheFlight, items: readonly Item[], lookup: Lookup, read: Read): Promise<Known> {
    const fetch = (some: readonly Item[]) => this.fetch(flight, some, lookup, read);
    const { shared } = this.tiers;
    const isShared = shared?.isUp && lookup.policy.scope === 'public' && !flight.mustBeFresh;
    return isShared ? oneAsks(shared, flight, items, fetch) : fetch(items);
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

/** Of an answer to several requests, what one of them wants. */
const only = (keys: readonly string[], answer: Known): Known =>
  new Map(keys.flatMap((key) => (answer.has(key) ? [[key, answer.get(key)!]] : [])));

/** Adds what was had to what is known, and counts what of it stands in. */
function add(had: Known, why: 'staleOnTimeout' | 'staleOnError', known: Known, { stats }: Lookup): void {
  for (const [key, entry] of had) {
    known.set(key, entry);
    if (entry.isStandIn) stats[why] += 1;
  }
}
