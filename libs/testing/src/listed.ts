import { isUnreadable, type Listed } from '#libs/upstream';

/** The elements of a port's list, all of which must be readable. @throws {Error} for an unreadable one */
export function allReadable<T extends object>(list: Listed<T>[]): T[] {
  if (list.some(isUnreadable)) throw new Error('an element cannot be read');
  return list as T[];
}
