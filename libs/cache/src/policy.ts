import type { Context } from '#libs/upstream';

/** What may be remembered of the answers to a question, and for whom. Times are in seconds. */
export interface CachePolicy<Args extends readonly unknown[]> {
  /** For so long an answer is fresh. Each answer has up to a tenth less, so that not all expire at once. */
  ttl: number;
  /** For so long after that it is answered at once all the same, and asked for again meanwhile (RFC 5861). */
  staleWhileRevalidate?: number;
  /** For so long after its freshness it stands in where the upstream fails (RFC 5861). */
  staleIfError?: number;
  /** For so long "there is no such thing" is remembered. An error never is. */
  negativeTtl?: number;
  /** `public`: the answer is the same for everybody. `caller`: each caller has their own, and nobody another's. */
  scope: 'public' | 'caller';
  /** The names under which the answer can be made forgotten. */
  tags: (context: Context, ...args: Args) => string[];
}

/** How one question of a port is remembered. */
export interface Remembered<Args extends readonly unknown[] = readonly never[]> extends Required<
  CachePolicy<Args>
> {
  kind: 'answer' | 'each';
}

/** What a question of a port makes forgotten. */
export interface Forgotten<Args extends readonly unknown[] = readonly never[]> {
  kind: 'forgets';
  /** Whose answers bear the tags. */
  scope: 'public' | 'caller';
  tags: (context: Context, ...args: Args) => string[];
}

type Question = (context: Context, ...args: never[]) => Promise<unknown>;
type ArgsOf<Asked> = Asked extends (context: Context, ...args: infer Args) => Promise<unknown> ? Args : never;

/** What each question of a port says of remembering; one that says nothing is never remembered. */
export type Declarations<Port> = {
  [Name in keyof Port as Port[Name] extends Question ? Name : never]?:
    | Remembered<ArgsOf<Port[Name]>>
    | Remembered<[string]>
    | Forgotten<ArgsOf<Port[Name]>>;
};

const NOTHING_MORE = { staleWhileRevalidate: 0, staleIfError: 0, negativeTtl: 0 };

/** Remembers the answer to a question as a whole. */
export const cache = <Args extends readonly unknown[]>(policy: CachePolicy<Args>): Remembered<Args> => ({
  ...NOTHING_MORE,
  ...policy,
  kind: 'answer',
});

/** Remembers each thing that a question by ids answers, so that only those that are not known are asked for. */
export const cacheEach = (policy: CachePolicy<[string]>): Remembered<[string]> => ({
  ...NOTHING_MORE,
  ...policy,
  kind: 'each',
});

/**
 * Makes answers forgotten once the question has been asked, whatever came of it.
 * @param scope `caller` where only answers of the caller's own bear the tags: HTTP caches in front need not be told
 */
export const forgets = <Args extends readonly unknown[]>(
  tags: Forgotten<Args>['tags'],
  scope: Forgotten['scope'] = 'public',
): Forgotten<Args> => ({ kind: 'forgets', scope, tags });
