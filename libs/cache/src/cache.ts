import { GatewayError } from '#libs/errors';
import { Context, Flight } from '#libs/upstream';
import { ageMs, type Entry, entryOf, isFresh, isUsable, mayStandIn, NO_SUCH_THING } from './entry.ts';
import { Forgotten } from './forgotten.ts';
import { noted } from './freshness.ts';
import { MemoryTier } from './memory-tier.ts';
import { oneAsks } from './one-asks.ts';
import type { Remembered } from './policy.ts';
import type { RedisTier, Key } from './redis-tier.ts';
import type { Declared, Stats } from './stats.ts';

/** What is asked for: one answer, or one thing of many. */
export interface Item extends Key {
  /** Which thing, of a question for many. */
  id?: string;
}

/** What is remembered how, and who knows it. */
export interface Asked {
  policy: Remembered;
  stats: Stats;
  /** Asks the upstream for these. What it does not answer there is not. */
  ask: (context: Context, items: readonly Item[]) => Promise<Map<string, unknown>>;
}

/** Who finds somebody asking the same waits for their answer if it may take so long, in milliseconds. */
const PATIENCE_MS = 1_000;
/** What asking again in the background may take, in milliseconds. */
const REFRESH_MS = 3_000;
type Known = Map<string, Entry>;

/** What the gateway remembers of what it was answered: in this process and, where there is Redis, among all. */
export class Cache {
  readonly memory: MemoryTier;
  /** Every question that is remembered, in the order of their ports. */
  readonly declared: Declared[] = [];
  private readonly flights = new Map<string, Flight<Known>>();
  private readonly forgotten = new Forgotten();
  private shared: RedisTier | undefined;

  /** @param maxBytes of the first tier */
  constructor(
    maxBytes: number,
    private readonly random: () => number = Math.random,
  ) {
    this.memory = new MemoryTier(maxBytes);
  }

  /** Shares what is remembered. @param tier is given what to call when another gateway has forgotten tags */
  share(tier: (onForgotten: (tags: readonly string[] | 'all') => void) => RedisTier): RedisTier {
    this.shared = tier((tags) => this.forgetHere(tags));
    return this.shared;
  }

  /** The answers to these, remembered or asked for. @throws what the upstream's client throws, where nothing stands in */
  async answers(context: Context, items: readonly Item[], asked: Asked): Promise<Known> {
    const known: Known = new Map();
    const [expired, wanted]: Item[][] = [[], []];
    for (const item of items) {
      const entry = context.mustBeFresh ? undefined : this.inMemory(item, asked.policy);
      if (!entry || !isUsable(entry, asked.policy)) wanted!.push(item);
      else {
        known.set(item.key, entry);
        if (!isFresh(entry)) expired!.push(item);
      }
    }
    if (expired!.length) this.refresh(context, expired!, asked);
    const { stats } = asked;
    stats.hits += known.size;
    stats.stale += expired!.length;
    if (!wanted!.length) return noted(context, items, known, asked.policy);
    for (const [key, entry] of await this.fetched(context, wanted!, asked)) known.set(key, entry);
    return noted(context, items, known, asked.policy);
  }

  /** Forgets all that bears one of these tags, here and at every other gateway, and what is on its way. */
  async forget(tags: readonly string[]): Promise<void> {
    this.forgetHere(tags);
    await this.shared?.forget(tags);
  }

  /** How remembering goes, for operators. */
  report() {
    const { bytes, size: entries, evictions } = this.memory;
    return {
      memory: { bytes, entries, evictions },
      redis: this.shared?.report() ?? null,
      questions: this.declared.map(({ port, question, policy, stats }) => {
        const { kind: _, tags: __, ...times } = policy;
        const asked = stats.hits + stats.misses;
        return { port, question, ...times, ...stats, hitRatio: asked ? stats.hits / asked : null };
      }),
    };
  }

  async close(): Promise<void> {
    await this.shared?.close();
  }

  private forgetHere(tags: readonly string[] | 'all'): void {
    this.forgotten.add(tags);
    if (tags === 'all') this.memory.clear();
    else this.memory.forget(tags);
  }

  /**
   * What a caller alone may see is not kept in the first tier where there is a second: another gateway that has
   * forgotten it could not take it from here in time.
   */
  private mayKeepHere({ scope }: Remembered): boolean {
    return scope === 'public' || !this.shared;
  }

  private inMemory({ key }: Item, policy: Remembered): Entry | undefined {
    return this.mayKeepHere(policy) ? this.memory.get(key) : undefined;
  }

  /** Waits for those that are on their way to somebody else, and asks for the rest in one go. */
  private async fetched(context: Context, items: readonly Item[], asked: Asked): Promise<Known> {
    const joined = new Set<Flight<Known>>();
    const rest: Item[] = [];
    for (const item of items) {
      const flight = context.mustBeFresh ? undefined : this.flights.get(item.key);
      if (flight?.canServe(context, PATIENCE_MS)) joined.add(flight);
      else rest.push(item);
    }
    if (rest.length) joined.add(this.depart(context, rest, asked));
    const answers = await Promise.all([...joined].map((flight) => flight.join(context)));
    const known: Known = new Map();
    for (const item of items) {
      for (const answer of answers) if (answer.has(item.key)) known.set(item.key, answer.get(item.key)!);
    }
    return known;
  }

  private depart(context: Context, items: readonly Item[], asked: Asked): Flight<Known> {
    const flight = new Flight<Known>(context);
    flight.mustBeFresh = context.mustBeFresh;
    flight.answer = this.load(flight, items, asked);
    for (const { key } of items) this.flights.set(key, flight);
    const land = () => {
      for (const { key } of items) if (this.flights.get(key) === flight) this.flights.delete(key);
    };
    flight.answer.then(land, land);
    return flight;
  }

  private async load(context: Context, items: readonly Item[], asked: Asked): Promise<Known> {
    const { policy, stats } = asked;
    const { moment } = this.forgotten;
    const known: Known = new Map();
    const found = await this.shared?.read(items, asked.stats);
    const versions = new Map(found?.map((one, i) => [items[i]!.key, one.versions]));
    const old: Known = new Map();
    for (const [i, { key }] of items.entries()) {
      const entry = found?.[i]?.entry ?? this.memory.get(key);
      if (!entry) continue;
      if (!context.mustBeFresh && isUsable(entry, policy)) known.set(key, entry);
      if (!isFresh(entry)) old.set(key, entry);
    }
    const expired = items.filter(({ key }) => known.has(key) && old.has(key));
    if (expired.length) this.refresh(context, expired, asked);
    for (const item of items) if (known.has(item.key)) this.keepHere(item, known.get(item.key)!, policy, moment);
    stats.hits += known.size;
    stats.stale += expired.length;

    const missing = items.filter(({ key }) => !known.has(key));
    if (!missing.length) return known;
    stats.misses += missing.length;
    try {
      const ask = (some: readonly Item[]) => this.ask(context, some, asked, { moment, versions });
      const { shared } = this;
      const isShared = shared?.isUp && policy.scope === 'public' && !context.mustBeFresh;
      const answers = await (isShared ? oneAsks(shared, context, missing, ask) : ask(missing));
      for (const [key, entry] of answers) known.set(key, entry);
    } catch (error) {
      if (!mayStandIn(error) || context.mustBeFresh) throw error;
      for (const { key } of missing) {
        const entry = old.get(key);
        if (!entry || ageMs(entry) >= entry.freshMs + policy.staleIfError * 1000) throw error;
        entry.isStandIn = true;
        known.set(key, entry);
      }
      stats.staleOnError += missing.length;
    }
    return known;
  }

  /** Asks for these again, unless somebody does; nobody waits for it. */
  private refresh({ log, traceparent, caller }: Context, items: readonly Item[], asked: Asked): void {
    const wanted = items.filter(({ key }) => !this.flights.has(key));
    if (!wanted.length) return;
    const context = new Context({ log, traceparent, caller, timeoutMs: REFRESH_MS });
    const flight = new Flight<Known>(context);
    flight.answer = this.again(context, wanted, asked).finally(() => {
      context.settle();
      for (const { key } of wanted) this.flights.delete(key);
    });
    for (const { key } of wanted) this.flights.set(key, flight);
    flight.answer.catch(() => {
      for (const item of wanted) {
        const entry = this.inMemory(item, asked.policy);
        if (entry) entry.isStandIn = true;
      }
    });
  }

  private async again(context: Context, items: readonly Item[], asked: Asked): Promise<Known> {
    const { moment } = this.forgotten;
    const found = await this.shared?.read(items, asked.stats);
    const versions = new Map(found?.map((one, i) => [items[i]!.key, one.versions]));
    return this.ask(context, items, asked, { moment, versions });
  }

  private async ask(
    context: Context,
    items: readonly Item[],
    { policy, ask }: Asked,
    { moment, versions }: { moment: number; versions: ReadonlyMap<string, readonly string[]> },
  ): Promise<Known> {
    const storedAt = performance.now();
    const answers = await ask(context, items).catch((error: unknown) => {
      if (
        error instanceof GatewayError &&
        error.code === 'NOT_FOUND' &&
        policy.kind === 'answer' &&
        policy.negativeTtl
      ) {
        return new Map<string, unknown>([[items[0]!.key, NO_SUCH_THING]]);
      }
      throw error;
    });
    const known: Known = new Map();
    for (const item of items) {
      const entry = entryOf(answers.get(item.key), storedAt, item, policy, this.random());
      known.set(item.key, entry);
      if (entry.lifeMs <= 0 || this.forgotten.since(moment, item.tags)) continue;
      this.keepHere(item, entry, policy, moment);
      const its = versions.get(item.key);
      if (its) this.shared?.write(item, entry, its);
    }
    return known;
  }

  private keepHere(item: Item, entry: Entry, policy: Remembered, moment: number): void {
    if (!this.mayKeepHere(policy) || this.forgotten.since(moment, item.tags)) return;
    this.memory.set(item.key, entry);
  }
}
