import { z } from 'zod';
import { check } from './check.ts';
import type { Wanted } from './wanted.ts';

const size = z.int().min(1).max(100);
const argument = z.object({ first: size.optional() });

/** How many items of a list: 1 to 100. */
export const listSize = (byDefault: number) => size.default(byDefault);

/**
 * How many items a client wants of a list inside an answer.
 * @throws {GatewayError} VALIDATION_FAILED unless it is 1 to 100
 */
export function firstOf(wanted: Wanted, byDefault: number): number {
  return check(argument, wanted.args).first ?? byDefault;
}
