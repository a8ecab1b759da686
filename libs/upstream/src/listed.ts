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

/** A place of a list that an upstream answered. */
export type Listed<T> = T | Unreadable;

/** An element that was found unreadable before its adapter has seen it. A class, since an upstream may have any field. */
export class UnreadableElement implements Unreadable {
  readonly isUnreadable = true;

  constructor(readonly id: string) {}
}

/** Whether an element is there, but cannot be read. */
export const isUnreadable = (one: object): one is Pick<Unreadable, 'isUnreadable'> =>
  (one as Partial<Unreadable>).isUnreadable === true;

/** Whether an element can be read. */
export const isReadable = <T extends object>(one: T): one is Exclude<T, Pick<Unreadable, 'isUnreadable'>> =>
  !isUnreadable(one);

/** Why a thing that was asked for by its id could not be had: it alone, while the call went well. */
const OF_ONE_THING = new Error('a thing that was asked for by its id breaks its contract');

/** The error of something that breaks the contract of its upstream. @param why for the log; names no value */
export const unreadable = (why: string | Error): GatewayError =>
  new GatewayError('UPSTREAM_BAD_RESPONSE', { cause: why });

/** The error of one thing of many that were asked for by their ids. */
export const unreadableThing = (): GatewayError => unreadable(OF_ONE_THING);

/** Whether an error is of one thing alone, and not of the call that it was asked for with. */
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
 * The same of things that were asked for by their ids. One that does not even say its id may be any of those that were not
 * found: each of them is unreadable, since it must not pass for one that does not exist.
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
 * The elements of a list that can be read; the list itself where that is all of it. The place of each other, from 0, is
 * named in the `degraded` of `context`, which is that of the list.
 */
export function readable<T extends object>({ degraded }: Context, list: Listed<T>[]): T[] {
  if (!list.some(isUnreadable)) return list as T[];
  return list.filter((one, place): one is T => {
    if (!isUnreadable(one)) return true;
    degraded.push({ part: String(place), reason: 'BAD_RESPONSE' });
    return false;
  });
}

/** A list of which the things with these ids cannot be read: what a fake answers. */
export function listed<T extends { id: string }>(
  things: readonly T[],
  unreadable: ReadonlySet<string>,
): Listed<T>[] {
  return things.map((one): Listed<T> => (unreadable.has(one.id) ? { id: one.id, isUnreadable: true } : one));
}
