import { FIRST } from '#gateway/declare/first';
import { describe, expect, it } from '@jest/globals';
import { buildSchema, execute, type GraphQLObjectType, type GraphQLSchema, Kind, parse, validate } from 'graphql';
import { AnswerWriter } from './answer-writer.ts';
import { NotStatic } from './not-static.ts';

const schema: GraphQLSchema = buildSchema(`
  directive @other on FIELD
  enum Colour { RED BLUE }
  interface Named { name: String! }
  type Author implements Named { id: ID! name: String! books(first: Int! = 2): [Book!] }
  type Book { title: String! pages: Int price: Float colour: Colour sold: Boolean author: Author! notes: [[String!]!] }
  type Query { author: Author! nobody: Author book(title: String!): Book books: [Book!]! fails: Author failsHard: Author! names: [Named!] }
`);

const author: Record<string, unknown> = { id: 7, name: 'A "quoted" ☃ \u0001 name' };
const book = (title: string, more: object = {}) => ({
  title,
  pages: 12,
  price: 1.5,
  colour: 'RED',
  sold: true,
  author,
  notes: [['a', 'b'], []],
  ...more,
});
author['books'] = [book('one'), book('two'), book('three', { colour: null, pages: null })];

const calls: string[] = [];
const roots: Record<string, (args: Record<string, unknown>) => unknown> = {
  author: async () => author,
  nobody: () => null,
  book: ({ title }) => (title === 'none' ? null : book(title as string)),
  books: async () => author['books'],
  fails: async () => {
    throw new Error('it failed');
  },
  failsHard: () => {
    throw new Error('it failed hard');
  },
  names: () => [],
};
for (const [name, field] of Object.entries(schema.getQueryType()!.getFields())) {
  field.resolve = (_root, args: Record<string, unknown>) => {
    calls.push(name);
    return roots[name]!(args);
  };
}
const books = (schema.getType('Author') as GraphQLObjectType).getFields()['books']!;
books.extensions = { [FIRST]: true };
books.resolve = ({ books: all }: { books: unknown[] | null }, { first }: { first: number }) =>
  all?.slice(0, first) ?? null;

function writerOf(text: string, keepsText = false, decisions: Record<string, boolean> = {}): AnswerWriter {
  const document = parse(text);
  expect(validate(schema, document)).toEqual([]);
  const node = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION)!;
  return new AnswerWriter(schema, document, node, new Map(Object.entries(decisions)), keepsText);
}

const context = {} as never;
const byExecutor = (text: string, variableValues: Record<string, unknown>) =>
  execute({ schema, document: parse(text), variableValues, contextValue: context });

describe('AnswerWriter', () => {
  it.each([
    ['values of every kind', '{ book(title: "x") { title pages price colour sold notes } }', {}],
    ['lists of objects', '{ books { title author { id name } } }', {}],
    ['nothing', '{ nobody { id } book(title: "none") { title } }', {}],
    ['other names', '{ a: author { x: name y: name id } b: author { __typename books { t: title } } }', {}],
    [
      'a list cut short',
      '{ author { books { title } few: books(first: 1) { title } all: books(first: 9) { title } } }',
      {},
    ],
    [
      'variables',
      'query ($t: String!, $n: Int!) { book(title: $t) { title author { books(first: $n) { title } } } }',
      { t: 'y', n: 1 },
    ],
    ['defaults of variables', 'query ($n: Int! = 1) { author { books(first: $n) { title } } }', {}],
    [
      'fragments',
      'query { author { ...A } ... on Query { books { ...B } } } fragment A on Author { id ...N } fragment N on Author { name } fragment B on Book { title author { ...N } }',
      {},
    ],
    ['the same field twice', '{ author { id } author { name books { title } books { pages } } }', {}],
    ['what fails', '{ author { id } fails { id } nobody { id } }', {}],
    ['what may not fail', '{ author { id } failsHard { id } }', {}],
  ])('answers as an executor does: %s', async (_, text, variables) => {
    const expected = await byExecutor(text, variables);
    for (const keepsText of [false, true]) {
      const writer = writerOf(text, keepsText);
      for (let time = 0; time < 2; time += 1) {
        const answer = (await writer.run(context, variables))!;
        if ('text' in answer) expect(answer.text).toBe(JSON.stringify(expected.data));
        else expect(JSON.parse(JSON.stringify(answer))).toEqual(JSON.parse(JSON.stringify(expected)));
        expect('text' in answer).toBe(!expected.errors);
      }
    }
  });

  it.each([
    ['a condition that nothing decides', 'query ($x: Boolean!) { author { id @include(if: $x) } }'],
    ['another directive', '{ author { id @other } }'],
    ['an interface', '{ names { name } }'],
    ['a fragment on another type', '{ author { ... on Named { name } } }'],
    ['the schema', '{ __schema { queryType { name } } }'],
    ['its own type', '{ __typename }'],
  ])('refuses a query with %s', (_, text) => {
    expect(() => writerOf(text)).toThrow(NotStatic);
  });

  it.each([
    ['a null that may not be', { title: null }],
    ['an enum that is none', { colour: 'GREEN' }],
    ['a number that is none', { pages: 1.5 }],
    ['no list', { notes: 'x' }],
    ['no object', { author: 'x' }],
    ['an error', { author: new Error('it failed') }],
    ['what is not there yet', { author: Promise.resolve(author) }],
    ['a number that JSON has not', { pages: Number.NaN }],
    [
      'a property that throws',
      Object.defineProperty({}, 'pages', {
        enumerable: true,
        get: () => {
          throw new Error('it failed');
        },
      }),
    ],
  ])('writes nothing where a value does not fit: %s', async (_, wrong) => {
    const before = roots['book']!;
    const value = Object.defineProperties(book('x'), Object.getOwnPropertyDescriptors(wrong));
    roots['book'] = () => value;
    const writer = writerOf('{ book(title: "x") { title pages colour notes author { id } } fails { id } }');
    const outcomes = [
      ['book', { value }],
      ['fails', { error: expect.objectContaining({ message: 'it failed' }) }],
    ];
    expect(await writer.run(context, {})).toEqual({ roots: new Map(outcomes as never) });
    roots['book'] = before;
  });

  it.each([
    ['of the root', 'query ($t: String! = "x") { a: author { id } book(title: $t) { title } }', { t: null }, []],
    [
      'below the root',
      'query ($n: Int = 1) { author { id books(first: $n) { title } } }',
      { n: null },
      ['author'],
    ],
    [
      'in a fragment',
      'query ($n: Int = 1) { author { ...A } } fragment A on Author { books(first: $n) { title } }',
      { n: null },
      ['author'],
    ],
  ])('calls no resolver twice where an argument %s cannot be null', async (_, text, variables, called) => {
    const writer = writerOf(text);
    calls.length = 0;
    const answer = await writer.run(context, variables);
    expect(calls).toEqual(called);
    expect(answer).toEqual(called.length ? { roots: new Map([['author', { value: author }]]) } : undefined);
  });

  it('runs no resolver where a variable does not fit', async () => {
    const writer = writerOf('query ($t: String!) { book(title: $t) { title } }');
    calls.length = 0;
    expect(await writer.run(context, { t: 7 })).toBeUndefined();
    expect(await writer.run(context, {})).toBeUndefined();
    expect(calls).toEqual([]);
  });

  it('serializes a frozen value once, and counts its objects each time', async () => {
    let read = 0;
    const frozen = Object.freeze({
      ...book('kept'),
      get title() {
        read += 1;
        return 'kept';
      },
      author: Object.freeze({ id: 1, name: 'b' }),
    });
    const before = roots['books']!;
    roots['books'] = () => [frozen, frozen, book('new')];
    const text = '{ books { title author { name } } }';
    const [kept, plain] = [writerOf(text, true), writerOf(text)];
    const first = await kept.run(context, {});
    expect(await kept.run(context, {})).toEqual(first);
    expect(read).toBe(1);
    expect(await plain.run(context, {})).toEqual(first);
    expect(read).toBe(3);
    expect(first).toMatchObject({ objects: 6 });
    roots['books'] = before;
  });

  it('does not keep JSON that depends on variables', async () => {
    const frozen = Object.freeze({ ...author, books: Object.freeze([book('one'), book('two')]) });
    const before = roots['author']!;
    roots['author'] = () => frozen;
    const writer = writerOf('query ($n: Int!) { author { books(first: $n) { title } } }', true);
    const textOf = async (n: number) => ((await writer.run(context, { n })) as { text: string }).text;
    expect(await textOf(1)).toBe('{"author":{"books":[{"title":"one"}]}}');
    expect(await textOf(2)).toBe('{"author":{"books":[{"title":"one"},{"title":"two"}]}}');
    roots['author'] = before;
  });
});
