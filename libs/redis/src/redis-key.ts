/** One string for each `<…>` of a pattern. */
type Values<Pattern extends string> = Pattern extends `${string}<${string}>${infer Rest}`
  ? [value: string, ...Values<Rest>]
  : [];

/** What operators should know of a key: its type in Redis, how long it lives, and what it holds. */
export interface RedisKeyFacts {
  /** `prefix` for keys that a library names. */
  type: 'string' | 'hash' | 'set' | 'sorted set' | 'stream' | 'prefix';
  lifetime: string;
  holds: string;
}

/** The names of keys of one kind: called with the values of its pattern it gives the name of one. */
export interface RedisKey<Pattern extends string = string> extends Readonly<RedisKeyFacts> {
  (...values: Values<Pattern>): string;
  readonly pattern: Pattern;
}

/** Declares keys. @param pattern their name, with `<…>` in the place of what differs, as in `app:session:<id>` */
export function redisKey<const Pattern extends string>(pattern: Pattern, facts: RedisKeyFacts): RedisKey<Pattern> {
  const [first, ...rest] = pattern.split(/<[^>]*>/);
  const nameOf = (...values: string[]) => rest.reduce((name, text, at) => name + values[at]! + text, first!);
  return Object.assign(nameOf, { pattern, ...facts }) as RedisKey<Pattern>;
}
