import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;
/** Output of `toISOString` with a day that every month has: it needs no parsing. */
const AS_ANSWERED = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** A point in time in RFC 3339; serialized in UTC, rejected unless the date exists. */
export const DateTime = new GraphQLScalarType<string, string>({
  name: 'DateTime',
  description: 'A point in time, RFC 3339, in UTC.',
  serialize: dateTime,
  parseValue: dateTime,
  parseLiteral: (node) => located(node, () => dateTime(stringOf(node))),
});

/** A JSON object whose members are not declared. Answers of REST have it; GraphQL fields should not. */
export const JsonObject = new GraphQLScalarType<object, object>({
  name: 'JsonObject',
  description: 'A JSON object.',
  serialize: jsonObject,
  parseValue: jsonObject,
});

/** An integer that JSON represents exactly: from -(2^53-1) to 2^53-1 (RFC 8259, section 6). */
export const SafeInt = new GraphQLScalarType<number, number>({
  name: 'SafeInt',
  description: 'A whole number up to 2^53-1.',
  serialize: safeInt,
  parseValue: safeInt,
  parseLiteral: (node) => located(node, () => safeInt(node.kind === Kind.INT ? Number(node.value) : undefined)),
});

function dateTime(value: unknown): string {
  if (typeof value === 'string' && AS_ANSWERED.test(value)) return value;
  if (value instanceof Date && !Number.isNaN(value.getTime())) return inUtc(value);
  if (typeof value !== 'string' || !RFC_3339.test(value)) throw new GraphQLError('DateTime must be RFC 3339');
  // JavaScript normalizes 30 February and 24:00 to a later day; existing dates are unchanged.
  const wallClock = value.slice(0, 19);
  const exists = isoOf(new Date(`${wallClock}Z`)).startsWith(wallClock);
  return inUtc(new Date(exists ? value : Number.NaN));
}

function inUtc(instant: Date): string {
  const iso = isoOf(instant);
  if (!RFC_3339.test(iso)) throw new GraphQLError('DateTime must be a date that exists, in a year of four digits');
  return iso;
}

function isoOf(instant: Date): string {
  return Number.isNaN(instant.getTime()) ? '' : instant.toISOString();
}

function jsonObject(value: unknown): object {
  if (typeof value === 'object' && value !== null) return value;
  throw new GraphQLError('JsonObject must be an object');
}

function safeInt(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw new GraphQLError('SafeInt must be a whole number up to 2^53-1');
}

/** A value in a document; the error for another one says where it is. */
function located<T>(node: ValueNode, value: () => T): T {
  try {
    return value();
  } catch (error) {
    throw new GraphQLError((error as Error).message, { nodes: node });
  }
}

function stringOf(node: ValueNode): unknown {
  return node.kind === Kind.STRING ? node.value : undefined;
}
