import { registerEnumType } from '@nestjs/graphql';

/** An enumeration with the same values in REST and GraphQL. */
export interface Enumeration<Value extends string = string> {
  readonly name: string;
  readonly values: readonly [Value, ...Value[]];
  /** An object of every value by its own name, as Nest's code-first GraphQL expects it. */
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

/** All declared enumerations, for the OpenAPI document. */
export const enumerations = (): Enumeration[] => [...known.values()];
