import { GatewayError } from '#libs/errors';
import type { Context } from '#libs/upstream';
import type { Cache } from './cache.ts';
import { noteOn } from './freshness.ts';
import type { Item, Lookup } from './lookup.ts';
import type { Declarations, InvalidationRule, CacheRule } from './policy.ts';
import { MAX_DETACHED, Semaphore } from './semaphore.ts';
import { Silence } from './silence.ts';
import { SoftTimeout } from './soft-timeout.ts';
import { noStats } from './stats.ts';

type Method = (context: Context, ...args: unknown[]) => Promise<unknown>;
type Tags = (context: Context, ...args: unknown[]) => string[];

/** What the methods of a port share. */
interface Shared {
  /** The port's name. */
  port: string;
  cache: Cache;
  detached: Semaphore;
  silence: Silence;
}

/**
 * Wraps an adapter's methods with the cache that its port declares. Any other method makes the response uncacheable.
 * @param name the port's name, the first part of every key
 */
export function withCache<Port extends object>(
  name: string,
  adapter: Port,
  declarations: Declarations<Port>,
  cache: Cache,
): Port {
  const shared = { port: name, cache, detached: new Semaphore(MAX_DETACHED), silence: new Silence() };
  const declared = declarations as Record<string, CacheRule | InvalidationRule | undefined>;
  for (const question of questionsOf(adapter)) {
    const method = (adapter as Record<string, unknown>)[question] as Method;
    const rule = declared[question];
    const wrapped = rule ? withRule(rule, question, method.bind(adapter), shared) : uncached(method);
    Object.defineProperty(adapter, question, { value: wrapped });
  }
  return adapter;
}

/** The method names of an adapter's class. */
function questionsOf(adapter: object): string[] {
  return Object.getOwnPropertyNames(Object.getPrototypeOf(adapter)).filter((name) => name !== 'constructor');
}

function uncached(load: Method): Method {
  return function (this: unknown, context, ...args) {
    const note = noteOn(context);
    note.isPrivate = true;
    note.misses += 1;
    return load.call(this, context, ...args);
  };
}

function withRule(rule: CacheRule | InvalidationRule, question: string, load: Method, shared: Shared): Method {
  if (rule.kind === 'invalidates') return invalidating(rule, load, shared.cache);
  const cached = { rule, load, cache: shared.cache, lookup: lookupFor(rule, question, shared) };
  return rule.kind === 'each' ? cachedEach(cached) : cachedWhole(cached);
}

function invalidating(rule: InvalidationRule, load: Method, cache: Cache): Method {
  const tagsOf = rule.tags as Tags;
  return async (context, ...args) => {
    try {
      return await load(context, ...args);
    } finally {
      // Also after a failure: the write may have been done.
      const tags = tagsOf(context, ...args);
      if (rule.scope === 'public') context.noteInvalidated(tags);
      await cache.invalidate(tags);
    }
  };
}

/** A question whose answers are cached. */
interface Cached {
  rule: CacheRule;
  load: Method;
  cache: Cache;
  lookup: Omit<Lookup, 'fetch'>;
}

/** What all lookups of a question share; operators see it in the cache's report. */
function lookupFor(
  rule: CacheRule,
  question: string,
  { port, cache, detached, silence }: Shared,
): Cached['lookup'] {
  const stats = noStats();
  const softTimeout = new SoftTimeout(silence);
  cache.declared.push({ port, question, policy: rule, stats, softTimeout });
  return { name: `${port}.${question}`, policy: rule, stats, softTimeout, detached };
}

/** Caches each thing that is requested by its id. */
function cachedEach({ rule, load, cache, lookup }: Cached): Method {
  const tagsOf = rule.tags as Tags;
  const fetch: Lookup['fetch'] = async (context, items) => {
    const ids = items.map(({ id }) => id!);
    const things = (await load(context, ids)) as { id: string }[];
    const byId = new Map(things.map((thing) => [thing.id, thing]));
    return new Map(items.map(({ key, id }) => [key, byId.get(id!)]));
  };
  const lookupEach = { ...lookup, fetch };
  return async (context, given) => {
    if (lacksCaller(rule, context)) return uncached(load)(context, given);
    const items = [...new Set(given as readonly string[])].map((id): Item => {
      return { id, key: keyOf(lookup.name, rule, context, id), tags: tagsOf(context, id) };
    });
    const answers = await cache.answers(context, items, lookupEach);
    return items.flatMap(({ key }) => answers.get(key)?.value ?? []);
  };
}

/** Caches the answer as a whole, by the arguments. */
function cachedWhole({ rule, load, cache, lookup }: Cached): Method {
  const tagsOf = rule.tags as Tags;
  return async (context, ...args) => {
    if (lacksCaller(rule, context)) return uncached(load)(context, ...args);
    const key = keyOf(lookup.name, rule, context, JSON.stringify(args));
    const fetch: Lookup['fetch'] = async (itsContext) => new Map([[key, await load(itsContext, ...args)]]);
    const answers = await cache.answers(context, [{ key, tags: tagsOf(context, ...args) }], { ...lookup, fetch });
    const { value } = answers.get(key)!;
    if (value === undefined) throw new GatewayError('NOT_FOUND');
    return value;
  };
}

/** Whether answers are cached by caller, and there is none. */
const lacksCaller = ({ scope }: CacheRule, { caller }: Context): boolean =>
  scope === 'caller' && caller.id === undefined;

const keyOf = (name: string, { scope }: CacheRule, context: Context, what: string): string =>
  `${name} ${scope === 'caller' ? callerKey(context) : ''} ${what}`;

const callerKey = ({ caller: { id = '', scopes } }: Context): string => `${id} ${scopes.join(' ')}`;
