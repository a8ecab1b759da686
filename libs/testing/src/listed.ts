import { isUnreadable, type Listed } from '#libs/upstream';

/** The elements of a list of a port, each of which must be readable. @throws for one that is not */
export function allReadable<T extends object>(list: Listed<T>[]): T[] {
  if (list.some(isUnreadable)) throw new Error('an element cannot be read');
  return list as T[];
}

/** A list as a fake answers it: those of these ids break the contract. */
export function listed<T extends { id: string }>(
  things: readonly T[],
  unreadable: ReadonlySet<string>,
): Listed<T>[] {
  return things.map((one): Listed<T> => (unreadable.has(one.id) ? { id: one.id, isUnreadable: true } : one));
}
