/** A malicious GraphQL document, and the expected error code. */
export interface Hostile {
  what: string;
  query: string;
  variables?: object;
  code: string;
}

const times = (many: number, make: (n: number) => string): string =>
  Array.from({ length: many }, (_, n) => make(n)).join(' ');

const nested = (depth: number): string =>
  `{ home ${'{ recentOrders '.repeat(depth)} { id } ${'}'.repeat(depth)} }`;

/** One of each kind; a benchmark measures their effect on concurrent regular requests. */
export const HOSTILE: readonly Hostile[] = [
  {
    what: '10,000 aliases',
    query: `{ ${times(10_000, (n) => `a${n}: me { id }`)} }`,
    code: 'GRAPHQL_TOO_MANY_TOKENS',
  },
  {
    what: '30,000 unknown fields',
    query: `{ ${'u '.repeat(30_000)} }`,
    code: 'GRAPHQL_TOO_MANY_TOKENS',
  },
  {
    what: 'aliases within the tokens',
    query: `{ ${times(31, (n) => `a${n}: __typename`)} }`,
    code: 'GRAPHQL_TOO_MANY_ROOT_FIELDS',
  },
  {
    what: 'aliases below the root',
    query: `{ me { ${times(31, (n) => `a${n}: id`)} } }`,
    code: 'GRAPHQL_TOO_MANY_ALIASES',
  },
  { what: 'deep nesting', query: nested(30), code: 'GRAPHQL_TOO_DEEP' },
  {
    what: 'fragments that double, a hundred in a chain',
    query: `{ home { ...f0 } } ${times(100, (n) => `fragment f${n} on Home { ...f${n + 1} ...f${n + 1} }`)} fragment f100 on Home { degraded { part } }`,
    code: 'GRAPHQL_TOO_MANY_FIELDS',
  },
  {
    what: 'circular fragments',
    query: '{ home { ...a } } fragment a on Home { ...b } fragment b on Home { ...a }',
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  {
    what: 'directives',
    query: `{ me { id ${times(60, () => '@skip(if: false)')} } }`,
    code: 'GRAPHQL_TOO_MANY_DIRECTIVES',
  },
  {
    what: 'a repeated field',
    query: `{ me { ${'id '.repeat(600)} } }`,
    code: 'GRAPHQL_TOO_MANY_FIELDS',
  },
  {
    what: 'an unlimited page',
    query: '{ products(pageSize: 100000) { items { id } } }',
    code: 'GRAPHQL_PAGE_TOO_LARGE',
  },
  {
    what: 'an unlimited page in a variable',
    query: 'query ($n: Int!) { products(pageSize: $n) { items { id } } }',
    variables: { n: 1_000_000_000 },
    code: 'GRAPHQL_PAGE_TOO_LARGE',
  },
  {
    what: 'many large pages',
    query: `{ ${times(15, (n) => `a${n}: products(pageSize: 100) { items { price { currency } } }`)} }`,
    code: 'GRAPHQL_TOO_EXPENSIVE',
  },
];
