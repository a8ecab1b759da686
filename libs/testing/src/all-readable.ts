import { type Listed, readable } from '#libs/upstream';

/** The elements of a list of a port, each of which must be readable. @throws for one that is not */
export function allReadable<T extends object>(list: Listed<T>[]): T[] {
  return readable(list, (place) => {
    throw new Error(`element ${place} cannot be read`);
  });
}
