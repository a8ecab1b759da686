import type { Context } from '#libs/upstream';

/** The cache policy of a port's question. Times are in seconds. */
export interface CachePolicy<Args extends readonly unknown[]> {
  /** Fresh lifetime. Each entry's is shortened by up to 10 % at random, so that entries do not all expire at once. */
  ttl: number;
  /** How long after expiry an answer is still used at once while it is refreshed in the background (RFC 5861). */
  staleWhileRevalidate?: number;
  /** How long after expiry an answer is used if the upstream fails (RFC 5861). */
  staleIfError?: number;
  /** Lifetime of a negative answer ("not found"). Other errors are never cached. */
  negativeTtl?: number;
  /** `public`: one answer for all callers. `caller`: each caller has their own entry. */
  scope: 'public' | 'caller';
  /** The tags by which the answer is invalidated. */
  tags: (context: Context, ...args: Args) => string[];
}

/** A port's question that is cached, with all times set. */
export interface CacheRule<Args extends readonly unknown[] = readonly never[]> extends Required<
  CachePolicy<Args>
> {
  kind: 'answer' | 'each';
}

/** A port's question that invalidates tags. */
export interface InvalidationRule<Args extends readonly unknown[] = readonly never[]> {
  kind: 'invalidates';
  /** The scope of the answers with these tags. */
  scope: 'public' | 'caller';
  tags: (context: Context, ...args: Args) => string[];
}

type Question = (context: Context, ...args: never[]) => Promise<unknown>;
type ArgsOf<Method> = Method extends (context: Context, ...args: infer Args) => Promise<unknown> ? Args : never;

/** The cache declaration of each question of a port; a question without one is never cached. */
export type Declarations<Port> = {
  [Name in keyof Port as Port[Name] extends Question ? Name : never]?:
    | CacheRule<ArgsOf<Port[Name]>>
    | CacheRule<[string]>
    | InvalidationRule<ArgsOf<Port[Name]>>;
};

const NOTHING_MORE = { staleWhileRevalidate: 0, staleIfError: 0, negativeTtl: 0 };

/** Caches the answer to a question as a whole. */
export const cache = <Args extends readonly unknown[]>(policy: CachePolicy<Args>): CacheRule<Args> => ({
  ...NOTHING_MORE,
  ...policy,
  kind: 'answer',
});

/** Caches each thing of a question by ids separately, so that only missing ones are requested. */
export const cacheEach = (policy: CachePolicy<[string]>): CacheRule<[string]> => ({
  ...NOTHING_MORE,
  ...policy,
  kind: 'each',
});

/**
 * Invalidates tags after the question has been called, whether it succeeded or not.
 * @param scope `caller` if only the caller's own answers have the tags: HTTP caches need not be purged then
 */
export const invalidates = <Args extends readonly unknown[]>(
  tags: InvalidationRule<Args>['tags'],
  scope: InvalidationRule['scope'] = 'public',
): InvalidationRule<Args> => ({ kind: 'invalidates', scope, tags });
