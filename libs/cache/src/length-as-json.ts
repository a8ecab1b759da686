/** About what a name or a value needs beside its own characters: quotes, a colon, a comma. */
const PUNCTUATION = 4;
const NUMBER = 8;

/**
 * About how long a value of JSON is as text, in characters: what it weighs, without the text. Escapes are not counted, and a
 * number is taken for eight characters.
 */
export function lengthAsJson(value: unknown): number {
  if (typeof value === 'string') return value.length + PUNCTUATION;
  if (typeof value === 'number') return NUMBER;
  if (typeof value !== 'object' || value === null) return value === undefined ? 0 : PUNCTUATION;
  let length = PUNCTUATION;
  if (Array.isArray(value)) {
    for (const one of value) length += lengthAsJson(one);
    return length;
  }
  for (const name in value)
    length += name.length + PUNCTUATION + lengthAsJson((value as Record<string, unknown>)[name]);
  return length;
}
