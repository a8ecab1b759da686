import { hash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { Documents } from './documents.ts';
import { trustedFile } from './trusted.ts';

const SCHEMA = `
scalar SafeInt
enum Kind { NEW OLD }
interface Node { id: ID! }
type Book implements Node { id: ID! title: String! kind: Kind pages: SafeInt! tags: [String] }
type Film implements Node { id: ID! title: String! minutes: Int! }
input Filter { kind: Kind! = NEW, words: [String!], limit: Int! }
type Subscription { added: Book! }
type Query { node(id: ID!): Node books(filter: Filter): [Book!]! first(n: Int! = 3, by: Kind): [Book!]! }
`;

const textOf = (document: string) =>
  trustedFile({ graphql: SCHEMA, trusted: new Map([['web/page', document]]) } as unknown as Documents);
const dataOf = (document: string) => /^export type WebPageData = (.*);$/m.exec(textOf(document))![1];

describe('the types of a trusted operation', () => {
  it.each([
    ['{ books { id pages kind } }', "{ books: ({ id: string; pages: number; kind: 'NEW' | 'OLD' | null })[] }"],
    ['{ all: books { tags } }', '{ all: ({ tags: (string | null)[] | null })[] }'],
    ['{ books { id } books { title } }', '{ books: ({ id: string; title: string })[] }'],
    ['query ($a: Boolean!) { books { id @include(if: $a) } }', '{ books: ({ id?: string })[] }'],
    ['{ node(id: 1) { id } }', '{ node: { id: string } | null }'],
    [
      '{ node(id: 1) { __typename ... on Book { title } ...F } } fragment F on Film { minutes }',
      "{ node: { __typename: 'Book'; title: string } | { __typename: 'Film'; minutes: number } | null }",
    ],
  ])('%s', (document, data) => {
    expect(dataOf(document)).toBe(data);
  });

  it('has variables that may be left out where they have a default or may be null', () => {
    const text = textOf('query ($filter: Filter, $n: Int! = 3, $id: ID!) { node(id: $id) { id } }');
    expect(text).toContain(
      "Variables = { filter?: { kind?: 'NEW' | 'OLD'; words?: (string)[] | null; limit: number } | null; n?: number; id: string };",
    );
  });

  it('has no null for a variable with a default where its argument takes none', () => {
    const text = textOf(
      'query ($n: Int = 3, $by: Kind = NEW) { ...F } fragment F on Query { first(n: $n, by: $by) { id } }',
    );
    expect(text).toContain("Variables = { n?: number; by?: 'NEW' | 'OLD' | null };");
  });

  it('of a subscription are those of its events', () => {
    const text = textOf('subscription { added { id } }');
    expect(text).toContain(
      'webPage: SubscriptionOperation<WebPageVariables, WebPageData> = /* @__PURE__ */ subscription({',
    );
    expect(text).toContain(
      "import { subscription, type SubscriptionOperation } from '../streams/subscription.ts';",
    );
    expect(text).not.toContain('PersistedOperation');
  });

  it('has the hash of the text as it is', () => {
    const text = '# A page.\n{ books { id } }\n';
    expect(textOf(text)).toContain(`sha256: '${hash('sha256', text)}'`);
  });
});
