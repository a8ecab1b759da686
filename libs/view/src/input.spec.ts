import { beforeAll, describe, expect, it } from '@jest/globals';
import { Args, Float, Query, Resolver } from '@nestjs/graphql';
import type { GraphQLSchema } from 'graphql';
import { z } from 'zod';
import { check, enumeration, id, input, oneOf, parameters, safeInt } from '#libs/view';
import { schemaOf, sdlOf } from './schema.fixture.ts';

const Sort = enumeration('InputSort', ['NEWEST', 'OLDEST'], 'How they are sorted.');
const InnerInput = input('InnerInput', { productId: id(), quantity: z.int().min(1) });
const OuterInput = input('OuterInput', {
  id: id(),
  name: z.string().trim().min(1).max(9),
  nickname: z.string().optional(),
  link: z.url().nullable().optional(),
  note: z.string().nullish(),
  email: z.email(),
  isGift: z.boolean().default(false),
  ratio: z.number().optional(),
  amount: safeInt(),
  positive: safeInt().min(0),
  shortId: id().max(8).optional(),
  sort: oneOf(Sort),
  sorts: z.array(oneOf(Sort)).optional(),
  lines: z.array(InnerInput.schema).min(1).max(2),
  inner: InnerInput.schema.nullish(),
  tags: z.array(z.string()).default([]),
});
const ListQuestion = parameters('ListQuestion', {
  search: z.string().max(5).optional(),
  status: oneOf(Sort).optional(),
  sort: oneOf(Sort).default('NEWEST'),
  first: z.int().min(1).max(100).default(20),
  min: z.int().optional(),
});

@Resolver()
class InputResolver {
  @Query(() => Float)
  list(@Args({ type: () => ListQuestion.graphqlClass }) _: unknown) {
    return 0;
  }

  @Query(() => Float)
  take(@Args('input', { type: () => OuterInput.graphqlClass }) _: unknown) {
    return 0;
  }
}

describe('an input in GraphQL', () => {
  let schema: GraphQLSchema;
  beforeAll(async () => {
    schema = await schemaOf(InputResolver);
  });

  it('has the types, the nullability and the defaults of its schema', () => {
    expect(sdlOf(schema, 'OuterInput')).toBe(`input OuterInput {
  amount: SafeInt!
  email: String!
  id: ID!
  inner: InnerInput
  isGift: Boolean! = false
  lines: [InnerInput!]!
  link: String
  name: String!
  nickname: String
  note: String
  positive: SafeInt!
  ratio: Float
  shortId: ID
  sort: InputSort!
  sorts: [InputSort!]
  tags: [String!]! = []
}`);
    expect(sdlOf(schema, 'InnerInput')).toBe('input InnerInput {\n  productId: ID!\n  quantity: Int!\n}');
  });

  it('is a list of arguments for the parameters of a query', () => {
    expect(sdlOf(schema, 'Query')).toContain(
      'list(first: Int! = 20, min: Int, search: String, sort: InputSort! = NEWEST, status: InputSort): Float!',
    );
  });

  it('is rejected at start if GraphQL has no type for a field', () => {
    expect(() => input('Nameless', { when: z.date() })).toThrow('GraphQL has no name for a zod date');
  });
});

describe('an input in REST', () => {
  it('rejects unknown fields', () => {
    expect(() => check(InnerInput.schema, { productId: 'p1', quantity: 1, price: 0 })).toThrow('price');
    expect(() => check(ListQuestion.schema, { page: 1 })).toThrow('page');
  });

  it('has its defaults', () => {
    expect(check(ListQuestion.schema, {})).toEqual({ sort: 'NEWEST', first: 20 });
  });
});

describe('an id', () => {
  it.each(['p1', '', '../x', 'ä', ' '])('may be any string, since a malformed one is not found: "%s"', (text) => {
    expect(check(id(), text)).toBe(text);
  });

  it('has a maximum length', () => {
    expect(() => check(id(), 'x'.repeat(257))).toThrow('256');
  });
});
