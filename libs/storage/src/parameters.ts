/** A value of a query, on any of the databases. */
export type QueryParameter = string | number | bigint | null | Uint8Array;

/**
 * Refuses what the drivers take for something else: mysql2 makes several values of an array and conditions of an object,
 * and each has its own text for a Date.
 */
export function checkedParameter(parameter: unknown): QueryParameter {
  if (typeof parameter === 'boolean') return parameter ? 1 : 0;
  if (parameter === undefined) throw new TypeError('undefined is not a valid query value; use null');
  if (parameter instanceof Date) throw new TypeError('a Date is not a valid query value; use its ISO string');
  if (parameter !== null && typeof parameter === 'object' && !(parameter instanceof Uint8Array))
    throw new TypeError('an object is not a valid query value; use its JSON');
  return parameter as QueryParameter;
}
