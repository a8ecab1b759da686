import { MAX_URL_LENGTH } from '#gateway/edge/malformed/request-target';
import type { JsonSchema } from '#libs/view';

/** The largest upstream response that is read, in bytes: no string in a response of ours can be longer. */
const MAX_BYTES = 10_485_760;
/** An item of a JSON list takes at least two bytes. */
const MAX_ITEMS = MAX_BYTES / 2;

/**
 * Adds missing bounds to every string, integer and array of a JSON Schema (OWASP API4:2023), in place: API firewalls are
 * configured from them. Bytes have none: their limits are settings, and a length is one of characters. A parameter is no longer than a
 * URL may be. Strings get no pattern and integers no `int64`, of which generators make code that does not compile, and `bigint`: see
 * docs/decisions/0143.
 * @param maxLength of strings without one
 */
export function bound(schema: unknown, maxLength = MAX_BYTES): void {
  if (Array.isArray(schema)) return schema.forEach((each) => bound(each, maxLength));
  if (typeof schema !== 'object' || schema === null) return;
  const its = schema as JsonSchema;
  const types = [its['type']].flat();
  if (types.includes('string') && !its['enum'] && its['format'] !== 'binary') {
    its['maxLength'] ??= maxLength;
    if (typeof its['pattern'] === 'string') its['pattern'] = unescaped(its['pattern']);
  }
  if (types.includes('integer')) {
    its['minimum'] ??= its['exclusiveMinimum'] ?? Number.MIN_SAFE_INTEGER;
    its['maximum'] ??= Number.MAX_SAFE_INTEGER;
  }
  if (types.includes('array')) its['maxItems'] ??= MAX_ITEMS;
  const within = isParameter(its) ? MAX_URL_LENGTH : maxLength;
  for (const [name, inner] of Object.entries(its)) {
    // The keys of `properties` are field names, not keywords of JSON Schema.
    if (name === 'properties') Object.values(inner as object).forEach((each) => bound(each, within));
    else if (!['enum', 'required', 'example', 'examples', 'default'].includes(name)) bound(inner, within);
  }
}

/** Whether an object describes a parameter of requests; headers of answers have no `in`. */
const isParameter = ({ in: where, schema }: JsonSchema): boolean =>
  typeof where === 'string' && schema !== undefined;

/** A slash needs no escape in a pattern (ECMA-262); generators that add their own would escape it twice. */
const unescaped = (pattern: string): string => pattern.replaceAll(String.raw`\/`, '/');
