import { ChildContext, type Context, type Degraded } from '#libs/upstream';
import { reasonOf } from './reason.ts';

/** Names a part within a part that could not be had. @throws an error that must not be hidden */
export type Degrade = (part: string, error: unknown) => void;

/** A part of an answer, before it is requested. */
export interface Part<T, IsRequired extends boolean = boolean> {
  /** @param context of this part alone: what is requested with another says nothing about its freshness */
  ask: (context: Context, degrade: Degrade) => Promise<T>;
  isRequired: IsRequired;
}

/** A part the answer cannot do without: if it fails, so does the answer. */
export const required = <T>(ask: Part<T>['ask']): Part<T, true> => ({ ask, isRequired: true });

/** A part the answer can do without: if it fails, it is `null` and named in `degraded`. */
export const optional = <T>(ask: Part<T>['ask']): Part<T, false> => ({ ask, isRequired: false });

/** Parts by name; `false` for one that nobody wants. */
export type Parts = Record<string, Part<unknown> | false>;

/** The answer made of parts: what was not wanted is left out. */
export type Gathered<P extends Parts> = {
  [Name in keyof P]: P[Name] extends infer Given
    ? Given extends Part<infer T, infer IsRequired>
      ? T | (IsRequired extends true ? never : null)
      : Given extends false
        ? undefined
        : never
    : never;
} & { degraded: Degraded[] };

/**
 * Requests all parts at once, each with a child context of its own, and names in `degraded` what is missing, and what is
 * stale with its age. What a part notes on the `degraded` of its context is named by its path: `order.lines.product`.
 * @throws what a required part threw, or the first failure if none of the parts could be had
 */
export async function gather<P extends Parts>(context: Context, parts: P): Promise<Gathered<P>> {
  const failures: unknown[] = [];
  const asked = Object.entries(parts).filter((entry): entry is [string, Part<unknown>] => entry[1] !== false);

  const answerOf = async ([name, { ask, isRequired }]: [string, Part<unknown>]) => {
    const its = new ChildContext(context);
    try {
      const answer = await ask(its, (part, error) => void its.degraded.push({ part, reason: reasonOr(error) }));
      context.onPart?.(name, answer);
      return { name, answer, degraded: lackingIn(its, name) };
    } catch (error) {
      if (isRequired) throw error;
      const reason = reasonOr(error);
      failures.push(error);
      context.onPart?.(name, null);
      return { name, answer: null, degraded: [{ part: name, reason }] };
    }
  };

  const answers = await Promise.all(asked.map(answerOf));
  if (asked.length && failures.length === asked.length) throw failures[0];
  const degraded = answers.flatMap((one) => one.degraded);
  context.degraded.push(...degraded);
  return { ...Object.fromEntries(answers.map(({ name, answer }) => [name, answer])), degraded } as Gathered<P>;
}

/**
 * Requests what is joined to a part, with a child context of its own, so that the part is not taken for stale where the
 * join alone is. Named by `name` in the `degraded` of `context` where it is stale, or cannot be had.
 * @returns undefined where it cannot be had
 * @throws an error that must not be hidden
 */
export async function joined<T>(
  context: Context,
  name: string,
  ask: (context: Context) => Promise<T>,
): Promise<T | undefined> {
  const its = new ChildContext(context);
  try {
    const answer = await ask(its);
    context.degraded.push(...lackingIn(its, name));
    return answer;
  } catch (error) {
    context.degraded.push({ part: name, reason: reasonOr(error) });
    return undefined;
  }
}

/** What the part with this context lacks, by paths from the context of the whole. */
function lackingIn({ degraded, staleAgeSeconds: ageSeconds }: Context, name: string): Degraded[] {
  const within = degraded.map((one) => ({ ...one, part: `${name}.${one.part}` }));
  return ageSeconds === undefined ? within : [{ part: name, reason: 'STALE', ageSeconds }, ...within];
}

function reasonOr(error: unknown): Degraded['reason'] {
  const reason = reasonOf(error);
  if (!reason) throw error;
  return reason;
}
