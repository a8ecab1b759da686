import { GatewayError } from '#libs/errors';
import type { Context } from '#libs/upstream';
import type { Cache } from './cache.ts';
import { noteOn } from './freshness.ts';
import type { Item, Lookup } from './lookup.ts';
import { MAX_DETACHED, Places } from './places.ts';
import type { Declarations, InvalidationRule, CacheRule } from './policy.ts';
import { Silence } from './silence.ts';
import { SoftTimeout } from './soft-timeout.ts';
import { noStats } from './stats.ts';

type Method = (context: Context, ...args: unknown[]) => Promise<unknown>;
type Declaration = CacheRule | InvalidationRule;

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
  const shared = { cache, detached: new Places(MAX_DETACHED), silence: new Silence() };
  const declared = declarations as Record<string, Declaration | undefined>;
  for (const question of questionsOf(adapter)) {
    const load = (adapter as Record<string, unknown>)[question] as Method;
    const way = declared[question];
    const wrapped = way ? caching(name, question, load.bind(adapter), way, shared) : uncached(load);
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

function caching(
  port: string,
  question: string,
  load: Method,
  way: Declaration,
  { cache, detached, silence }: { cache: Cache; detached: Places; silence: Silence },
): Method {
  const tagsOf = way.tags as (context: Context, ...args: unknown[]) => string[];
  if (way.kind === 'invalidates') {
    return async (context, ...args) => {
      try {
        return await load(context, ...args);
      } finally {
        // Also after a failure: the write may have been done.
        const tags = tagsOf(context, ...args);
        if (way.scope === 'public') context.noteInvalidated(tags);
        await cache.invalidate(tags);
      }
    };
  }
  const stats = noStats();
  const softTimeout = new SoftTimeout(silence);
  cache.declared.push({ port, question, policy: way, stats, softTimeout });
  const prefix = `${port}.${question}`;
  const lookup = { name: prefix, policy: way, stats, softTimeout, detached };
  const isOfNobody = ({ caller }: Context) => way.scope === 'caller' && caller.id === undefined;
  const keyOf = (context: Context, what: string) =>
    `${prefix} ${way.scope === 'caller' ? whoIs(context) : ''} ${what}`;

  if (way.kind === 'each') {
    const fetch: Lookup['fetch'] = async (context, items) => {
      const things = (await load(
        context,
        items.map(({ id }) => id!),
      )) as { id: string }[];
      const byId = new Map(things.map((thing) => [thing.id, thing]));
      return new Map(items.map(({ key, id }) => [key, byId.get(id!)]));
    };
    const lookupEach = { ...lookup, fetch };
    return async (context, given) => {
      if (isOfNobody(context)) return uncached(load)(context, given);
      const items = [...new Set(given as readonly string[])].map((id): Item => {
        return { id, key: keyOf(context, id), tags: tagsOf(context, id) };
      });
      const known = await cache.answers(context, items, lookupEach);
      return items.flatMap(({ key }) => known.get(key)?.value ?? []);
    };
  }

  return async (context, ...args) => {
    if (isOfNobody(context)) return uncached(load)(context, ...args);
    const item = { key: keyOf(context, JSON.stringify(args)), tags: tagsOf(context, ...args) };
    const fetch: Lookup['fetch'] = async (itsContext) => new Map([[item.key, await load(itsContext, ...args)]]);
    const known = await cache.answers(context, [item], { ...lookup, fetch });
    const { value } = known.get(item.key)!;
    if (value === undefined) throw new GatewayError('NOT_FOUND');
    return value;
  };
}

const whoIs = ({ caller: { id = '', scopes } }: Context): string => `${id} ${scopes.join(' ')}`;
