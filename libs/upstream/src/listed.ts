import { GatewayError } from '#libs/errors';
import type { Context } from './context.ts';

/**
 * Stands in a list in the place of an element that breaks the contract of its upstream: an unknown enum value, a missing
 * required field, an amount out of range. Plain JSON data, so that it passes through every cache.
 */
export interface Unreadable {
  /** The id of the element; empty where that is unreadable too. */
  id: string;
  isUnreadable: true;
}

/** An element of an upstream's list, or `Unreadable` in its place. */
export type Listed<T> = T | Unreadable;

/**
 * An element that the schema check has rejected, before its adapter reads it. A class, since an upstream's objects
 * may have any field.
 */
export class UnreadableElement implements Unreadable {
  readonly isUnreadable = true;

  constructor(readonly id: string) {}
}

/** Whether an element is unreadable. */
export const isUnreadable = (one: object): one is Pick<Unreadable, 'isUnreadable'> =>
  (one as Partial<Unreadable>).isUnreadable === true;

/** Whether an element can be read. */
export const isReadable = <T extends object>(one: T): one is Exclude<T, Pick<Unreadable, 'isUnreadable'>> =>
  !isUnreadable(one);

/** The error of one unreadable thing requested by id, while the call itself succeeded. */
const OF_ONE_THING = new Error('a thing that was asked for by its id breaks its contract');

/** Makes the error of an answer that breaks its contract. @param why for the log, without values */
export const unreadable = (why: string | Error): GatewayError =>
  new GatewayError('UPSTREAM_BAD_RESPONSE', { cause: why });

/** Makes the error of one of many things requested by id. */
export const unreadableThing = (): GatewayError => unreadable(OF_ONE_THING);

/** Whether an error concerns one thing alone, and not the call that requested it. */
export const isOfOneThing = (error: unknown): boolean =>
  error instanceof GatewayError && error.cause === OF_ONE_THING;

/**
 * Translates the elements of a list one by one.
 * @param read throws UPSTREAM_BAD_RESPONSE for an element that breaks the contract: `Unreadable` takes its place
 */
export function readEach<Theirs extends { id: string }, Ours>(
  elements: readonly (Theirs | UnreadableElement)[],
  read: (one: Theirs) => Ours,
): Listed<Ours>[] {
  return elements.map((one): Listed<Ours> => {
    if (!(one instanceof UnreadableElement)) {
      try {
        return read(one);
      } catch (error) {
        if (!(error instanceof GatewayError) || error.code !== 'UPSTREAM_BAD_RESPONSE') throw error;
      }
    }
    return { id: one.id, isUnreadable: true };
  });
}

/**
 * The same for things requested by id. An element without a readable id may be any of those not found, so each of
 * them is unreadable: it must not count as nonexistent.
 */
export function readThings<Theirs extends { id: string }, Ours extends { id: string }>(
  ids: readonly string[],
  elements: readonly (Theirs | UnreadableElement)[],
  read: (one: Theirs) => Ours,
): Listed<Ours>[] {
  const things = readEach(elements, read);
  if (!things.some(({ id }) => id === '')) return things;
  const found = new Set(things.map(({ id }) => id));
  const missing = ids.filter((id) => !found.has(id)).map((id) => ({ id, isUnreadable: true as const }));
  return [...things.filter(({ id }) => id !== ''), ...missing];
}

/**
 * The readable elements of a list; the list itself if all are. The index of each unreadable one is added to the
 * `degraded` of `context`, which is that of the list.
 */
export function readable<T extends object>({ degraded }: Context, list: Listed<T>[]): T[] {
  if (!list.some(isUnreadable)) return list as T[];
  return list.filter((one, place): one is T => {
    if (!isUnreadable(one)) return true;
    degraded.push({ part: String(place), reason: 'BAD_RESPONSE' });
    return false;
  });
}

/** A list in which the things with these ids are unreadable, for fakes. */
export function listed<T extends { id: string }>(
  things: readonly T[],
  unreadable: ReadonlySet<string>,
): Listed<T>[] {
  return things.map((one): Listed<T> => (unreadable.has(one.id) ? { id: one.id, isUnreadable: true } : one));
}
