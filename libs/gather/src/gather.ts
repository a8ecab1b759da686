import { staleAgeOf } from '#libs/cache';
import type { Context, Degraded } from '#libs/upstream';
import { reasonOf } from './reason.ts';

/** Tells of a part within a part. */
export interface Degrade {
  /** It could not be had. @throws an error that must not be hidden */
  (part: string, error: unknown): void;
  /** It may be an old answer that stands in for one that could not be had. */
  unlessFresh: (part: string, answer: unknown) => void;
}

/** A part of an answer, before it is asked for. */
export interface Part<T, IsRequired extends boolean = boolean> {
  ask: (degrade: Degrade) => Promise<T>;
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
 * Asks for all parts at once and says what is missing.
 * @throws what a required part threw, or the first failure if none of the parts could be had
 */
export async function gather<P extends Parts>(context: Context, parts: P): Promise<Gathered<P>> {
  const failures: unknown[] = [];
  const asked = Object.entries(parts).filter((entry): entry is [string, Part<unknown>] => entry[1] !== false);

  const answerOf = async ([name, { ask, isRequired }]: [string, Part<unknown>]) => {
    const missing: Degraded[] = [];
    const unlessFresh = (part: string, answer: unknown) => {
      const ageSeconds = staleAgeOf(answer);
      if (ageSeconds !== undefined) missing.push({ part, reason: 'STALE', ageSeconds });
    };
    const degrade: Degrade = Object.assign(
      (part: string, error: unknown) => void missing.push({ part: `${name}.${part}`, reason: reasonOr(error) }),
      { unlessFresh: (part: string, answer: unknown) => unlessFresh(`${name}.${part}`, answer) },
    );
    try {
      const answer = await ask(degrade);
      unlessFresh(name, answer);
      context.onPart?.(name, answer);
      return { name, answer, missing };
    } catch (error) {
      if (isRequired) throw error;
      const reason = reasonOr(error);
      failures.push(error);
      context.onPart?.(name, null);
      return { name, answer: null, missing: [{ part: name, reason }] };
    }
  };

  const answers = await Promise.all(asked.map(answerOf));
  if (asked.length && failures.length === asked.length) throw failures[0];
  const degraded = answers.flatMap(({ missing }) => missing);
  context.degraded.push(...degraded);
  return { ...Object.fromEntries(answers.map(({ name, answer }) => [name, answer])), degraded } as Gathered<P>;
}

function reasonOr(error: unknown): Degraded['reason'] {
  const reason = reasonOf(error);
  if (!reason) throw error;
  return reason;
}
