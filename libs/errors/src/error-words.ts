/** The maximum length of an upstream's message in logs, in characters. */
const MAX_WORDS = 500;
/** How many objects within each other are searched, and how many elements of a list. */
const MAX_DEPTH = 2;
const MAX_ELEMENTS = 5;

/** Members that hold the message of an error, the best first: RFC 9457, RFC 6749, JSON:API, and those of common frameworks. */
const MEMBERS = ['detail', 'error_description', 'message', 'msg', 'title', 'errors', 'error'];

/** The message in the JSON body of an error, whichever framework wrote it; empty if there is none. */
export const errorWords = (body: unknown): string => wordsIn(body, MAX_DEPTH).slice(0, MAX_WORDS);

function wordsIn(body: unknown, depth: number): string {
  if (typeof body !== 'object' || body === null) return '';
  for (const member of MEMBERS) {
    const value = (body as Record<string, unknown>)[member];
    const values = (Array.isArray(value) ? (value as unknown[]) : [value]).slice(0, MAX_ELEMENTS);
    const words = values.map((one) => (typeof one === 'string' ? one : depth ? wordsIn(one, depth - 1) : ''));
    const found = words.filter(Boolean).join('; ');
    if (found) return found;
  }
  return '';
}
