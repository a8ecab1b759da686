import { ChildContext, type Context, type Degraded } from '#libs/upstream';
import { reasonOf } from './reason.ts';

/** Adds a nested part that is missing to `degraded`. @throws an error that must not be hidden */
export type Degrade = (part: string, error: unknown) => void;

/** A part of an answer, before it is requested. */
export interface Part<T, IsRequired extends boolean = boolean> {
  /** @param context of this part alone: staleness is noted on it */
  load: (context: Context, degrade: Degrade) => Promise<T>;
  isRequired: IsRequired;
}

/** A required part: if it fails, the answer fails. */
export const required = <T>(load: Part<T>['load']): Part<T, true> => ({ load, isRequired: true });

/** An optional part: if it fails, it is `null` and named in `degraded`. */
export const optional = <T>(load: Part<T>['load']): Part<T, false> => ({ load, isRequired: false });

/** Parts by name; `false` for one that was not requested. */
export type Parts = Record<string, Part<unknown> | false>;

/** The answer composed of parts, without those that were not requested. */
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
 * Requests all parts concurrently, each with its own child context, and lists missing and stale ones in `degraded`, the
 * latter with their age. Entries that a part adds to its context's `degraded` are named by path: `order.lines.product`.
 * @throws the error of a required part, or the first failure if every part failed
 */
export async function gather<P extends Parts>(context: Context, parts: P): Promise<Gathered<P>> {
  const failures: unknown[] = [];
  const entries = Object.entries(parts).filter((entry): entry is [string, Part<unknown>] => entry[1] !== false);

  const answerOf = async ([name, { load, isRequired }]: [string, Part<unknown>]) => {
    const its = new ChildContext(context);
    try {
      const answer = await load(its, (part, error) => void its.degraded.push({ part, reason: reasonOr(error) }));
      const degraded = lackingIn(its, name);
      context.onPart?.(name, answer, degraded);
      return { name, answer, degraded };
    } catch (error) {
      if (isRequired) throw error;
      const degraded = [{ part: name, reason: reasonOr(error) }];
      failures.push(error);
      context.onPart?.(name, null, degraded);
      return { name, answer: null, degraded };
    }
  };

  const answers = await Promise.all(entries.map(answerOf));
  if (entries.length && failures.length === entries.length) throw failures[0];
  const degraded = answers.flatMap((one) => one.degraded);
  context.degraded.push(...degraded);
  return { ...Object.fromEntries(answers.map(({ name, answer }) => [name, answer])), degraded } as Gathered<P>;
}

/**
 * Requests data that is joined to a part, with its own child context, so that a stale join does not mark the part
 * stale. A stale or missing join is listed as `name` in the `degraded` of `context`.
 * @returns undefined if it failed
 * @throws an error that must not be hidden
 */
export async function joined<T>(
  context: Context,
  name: string,
  load: (context: Context) => Promise<T>,
): Promise<T | undefined> {
  const its = new ChildContext(context);
  try {
    const answer = await load(its);
    context.degraded.push(...lackingIn(its, name));
    return answer;
  } catch (error) {
    context.degraded.push({ part: name, reason: reasonOr(error) });
    return undefined;
  }
}

/** What the context of a part lacks: entries for `degraded`, with paths relative to the whole answer. */
export function lackingIn({ degraded, staleAgeSeconds: ageSeconds }: Context, name: string): Degraded[] {
  const within = degraded.map((one) => ({ ...one, part: `${name}.${one.part}` }));
  return ageSeconds === undefined ? within : [{ part: name, reason: 'STALE', ageSeconds }, ...within];
}

function reasonOr(error: unknown): Degraded['reason'] {
  const reason = reasonOf(error);
  if (!reason) throw error;
  return reason;
}
