import type { JsonSchema } from '#libs/view';

/** The largest upstream response that is read, in bytes: no string in a response of ours can be longer. */
const MAX_BYTES = 10_485_760;
/** An item of a JSON list takes at least two bytes. */
const MAX_ITEMS = MAX_BYTES / 2;
/** Strings have no NUL, which no service can store. */
const TEXT = String.raw`^[^\u0000]*$`;

/**
 * Adds missing bounds to every string, integer and array of a JSON Schema (OWASP API4:2023), in place: generated clients and
 * API firewalls are configured from them.
 */
export function bound(schema: unknown): void {
  if (Array.isArray(schema)) return schema.forEach(bound);
  if (typeof schema !== 'object' || schema === null) return;
  const its = schema as JsonSchema;
  const types = [its['type']].flat();
  if (types.includes('string') && !its['enum']) {
    its['maxLength'] ??= MAX_BYTES;
    if (!its['format'] && !its['pattern']) its['pattern'] = TEXT;
  }
  if (types.includes('integer')) {
    its['format'] ??= 'int64';
    its['minimum'] ??= its['exclusiveMinimum'] ?? Number.MIN_SAFE_INTEGER;
    its['maximum'] ??= Number.MAX_SAFE_INTEGER;
  }
  if (types.includes('array')) its['maxItems'] ??= MAX_ITEMS;
  for (const [name, inner] of Object.entries(its)) {
    // The keys of `properties` are field names, not keywords of JSON Schema.
    if (name === 'properties') Object.values(inner as object).forEach(bound);
    else if (!['enum', 'required', 'example', 'examples', 'default'].includes(name)) bound(inner);
  }
}
