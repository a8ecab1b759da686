import type { JsonSchema } from '#libs/view';

/** An answer of a service is read up to this, in bytes: nothing in an answer of ours can be longer. */
const MOST_BYTES = 10_485_760;
/** An item of a list takes two bytes at least. */
const MOST_ITEMS = MOST_BYTES / 2;
/** Text has no NUL: no service can store one. */
const TEXT = String.raw`^[^\u0000]*$`;

/**
 * Says of every string, number and list how long it may be (OWASP API4:2023), where its schema does not: what generated
 * clients and firewalls are configured from.
 */
export function bound(schema: unknown): void {
  if (Array.isArray(schema)) return schema.forEach(bound);
  if (typeof schema !== 'object' || schema === null) return;
  const its = schema as JsonSchema;
  const types = [its['type']].flat();
  if (types.includes('string') && !its['enum']) {
    its['maxLength'] ??= MOST_BYTES;
    if (!its['format'] && !its['pattern']) its['pattern'] = TEXT;
  }
  if (types.includes('integer')) {
    its['format'] ??= 'int64';
    its['minimum'] ??= its['exclusiveMinimum'] ?? Number.MIN_SAFE_INTEGER;
    its['maximum'] ??= Number.MAX_SAFE_INTEGER;
  }
  if (types.includes('array')) its['maxItems'] ??= MOST_ITEMS;
  for (const [name, inner] of Object.entries(its)) {
    // What is named there are fields, and not words of JSON Schema.
    if (name === 'properties') Object.values(inner as object).forEach(bound);
    else if (!['enum', 'required', 'example', 'examples', 'default'].includes(name)) bound(inner);
  }
}
