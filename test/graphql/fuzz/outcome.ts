/** What counts of an answer: the text of its data, and where its errors are and what they are called. */
export interface Outcome {
  data: string | undefined;
  errors: string[];
}

/** An answer of GraphQL, as far as it is looked at. */
export interface Body {
  data?: unknown;
  errors?: readonly { path?: unknown; locations?: unknown; extensions?: { code?: unknown } }[];
}

/** Where the words of a parser stand depends on the transport. */
export function outcomeOf({ data, errors = [] }: Body): Outcome {
  const all = errors.map(({ path, locations, extensions }) => {
    const isParsed = extensions?.code !== 'GRAPHQL_PARSE_FAILED';
    return JSON.stringify([path ?? null, (isParsed && locations) || null, extensions?.code]);
  });
  return { data: data === undefined ? undefined : JSON.stringify(data), errors: all.sort() };
}

/** The outcome of JSON as it was received: what `JSON.stringify` would write otherwise is one more error. */
export function outcomeOfText(text: string): Outcome {
  const body = JSON.parse(text) as Body;
  const outcome = outcomeOf(body);
  if (JSON.stringify(body) === text) return outcome;
  return { ...outcome, errors: [...outcome.errors, 'other bytes than those of JSON.stringify'] };
}

/** The outcomes of events, one after the other, as one. */
export function outcomesOf(events: readonly Outcome[]): Outcome {
  return { data: JSON.stringify(events), errors: [] };
}

/** The codes of an outcome alone, as REST has no more. */
export const codesIn = ({ errors }: Outcome): string[] =>
  errors.map((one) => (JSON.parse(one) as [unknown, unknown, string])[2]);
