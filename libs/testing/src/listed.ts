import { isUnreadable, type Listed } from '#libs/upstream';

/** The elements of a list of a port, each of which must be readable. @throws for one that is not */
export function allReadable<T extends object>(list: Listed<T>[]): T[] {
  if (list.some(isUnreadable)) throw new Error('an element cannot be read');
  return list as T[];
}
