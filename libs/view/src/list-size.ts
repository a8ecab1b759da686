import { z } from 'zod';
import { check } from './check.ts';
import type { Selection } from './selection.ts';

/** The maximum size of a list that a client may request. */
export const MAX_LIST_SIZE = 100;

const size = z.int().min(1).max(MAX_LIST_SIZE);
const argument = z.object({ first: size.optional() });

/** The size of a list or page: 1 to 100. */
export const listSize = (byDefault: number) => size.default(byDefault);

/**
 * Reads the `first` argument of a list inside an answer.
 * @throws {GatewayError} VALIDATION_FAILED unless it is 1 to 100
 */
export function firstOf(selection: Selection, byDefault: number): number {
  return check(argument, selection.args).first ?? byDefault;
}
