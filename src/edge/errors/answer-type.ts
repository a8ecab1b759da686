const JSON_TYPE = 'application/json';
const GRAPHQL_TYPE = 'application/graphql-response+json';
const MOST_REMEMBERED = 100;
const remembered = new Map<string, string | undefined>();

/**
 * Which of the two media types an answer to GraphQL has (GraphQL over HTTP, section 6.4), by an `Accept` header that ranks nothing: the
 * first of them that it names, JSON for who takes anything. Undefined where it takes work to find out.
 */
export function answerTypeFor(accept: string | undefined): string | undefined {
  if (accept === undefined) return `${JSON_TYPE}; charset=utf-8`;
  if (remembered.has(accept)) return remembered.get(accept);
  const type = typeIn(accept);
  if (remembered.size < MOST_REMEMBERED) remembered.set(accept, type);
  return type;
}

function typeIn(accept: string): string | undefined {
  const ranges = accept
    .toLowerCase()
    .split(',')
    .map((one) => one.trim());
  if (ranges.some((one) => one.includes(';'))) return undefined;
  const named = ranges.find((one) => one === JSON_TYPE || one === GRAPHQL_TYPE);
  if (named) return `${named}; charset=utf-8`;
  return ranges.includes('*/*') ? `${JSON_TYPE}; charset=utf-8` : undefined;
}
