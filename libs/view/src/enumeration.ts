import { registerEnumType } from '@nestjs/graphql';

/** A closed list of values, the same in both doors. */
export interface Enumeration<Value extends string = string> {
  readonly name: string;
  readonly values: readonly [Value, ...Value[]];
  /** Every value under its own name, as GraphQL's code-first wants it. */
  readonly members: { readonly [V in Value]: V };
}

/** The values of an enumeration, as a type: `type Colour = ValueOf<typeof Colour>`. */
export type ValueOf<E> = E extends Enumeration<infer Value> ? Value : never;

const known = new Map<object, Enumeration>();

/** Declares an enumeration by its GraphQL name and its values (UPPER_SNAKE). */
export function enumeration<const Value extends string>(
  name: string,
  values: readonly [Value, ...Value[]],
  description: string,
): Enumeration<Value> {
  const members = Object.freeze(Object.fromEntries(values.map((value) => [value, value]))) as { [V in Value]: V };
  registerEnumType(members, { name, description });
  const declared = { name, values, members };
  known.set(members, declared);
  return declared;
}

/** All enumerations that were declared, for the OpenAPI document. */
export const enumerations = (): Enumeration[] => [...known.values()];
