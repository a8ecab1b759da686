import { describe, expect, it } from '@jest/globals';
import { answerSchema, listSchema, type OpenApiDocument } from './answer-schema.ts';
import { UnreadableElement } from './listed.ts';

const jsonOf = (schema: object) => ({ content: { 'application/json': { schema } } });

const document: OpenApiDocument = {
  openapi: '3.1.0',
  paths: {
    '/users/{id}': {
      get: { responses: { 200: jsonOf({ $ref: '#/components/schemas/User' }), 404: jsonOf({ type: 'string' }) } },
      delete: { responses: { 204: { description: 'Gone.' } } },
    },
    '/users': {
      get: { responses: { 200: jsonOf({ type: 'array', items: { $ref: '#/components/schemas/User' } }) } },
      post: { responses: { 400: jsonOf({}), 201: jsonOf({ $ref: '#/components/schemas/User' }) } },
    },
    '/teams': {
      get: {
        responses: {
          200: jsonOf({
            type: 'object',
            additionalProperties: false,
            required: ['users'],
            properties: {
              total: { type: 'integer' },
              users: { type: 'array', maxItems: 5, items: { $ref: '#/components/schemas/User' } },
            },
          }),
        },
      },
    },
    '/a~b': { get: { responses: { 200: jsonOf({ type: 'integer' }) } } },
  },
  components: {
    schemas: {
      User: {
        type: 'object',
        required: ['id', 'tier'],
        properties: {
          id: { type: 'string' },
          tier: { enum: ['PLAIN', 'GOLD'] },
          email: { type: ['string', 'null'], format: 'email' },
        },
      },
    },
  },
};

const ada = { id: 'u1', tier: 'GOLD' };

describe('the check of an answer', () => {
  it('has nothing to say of one that is as promised, whatever else is in it', () => {
    const check = answerSchema(document, 'GET', '/users/{id}');
    expect(check(ada)).toBeUndefined();
    expect(check({ ...ada, email: null, since: 2020 })).toBeUndefined();
  });

  it.each([
    [{ tier: 'GOLD' }, "the answer must have required property 'id'"],
    [{ ...ada, id: 42 }, '/id must be string'],
    [{ ...ada, tier: 'hunter2' }, '/tier must be equal to one of the allowed values'],
    ['hunter2', 'the answer must be object'],
    [null, 'the answer must be object'],
  ])('says of %j where it differs, and none of its values', (answer, difference) => {
    expect(answerSchema(document, 'GET', '/users/{id}')(answer)).toBe(difference);
  });

  it('says where within a list', () => {
    expect(answerSchema(document, 'GET', '/users')([ada, { ...ada, id: null }])).toBe('/1/id must be string');
  });

  it('is of the answer that says yes, wherever that stands', () => {
    expect(answerSchema(document, 'POST', '/users')({})).toMatch('must have required property');
    expect(answerSchema(document, 'POST', '/users')(ada)).toBeUndefined();
  });

  it('is found whatever characters are in the path', () => {
    expect(answerSchema(document, 'GET', '/a~b')('1')).toBe('the answer must be integer');
  });

  it.each([
    ['PUT', '/users'],
    ['GET', '/user'],
    ['DELETE', '/users/{id}'],
  ])('cannot be made of a document that does not say what %s %s answers', (method, path) => {
    expect(() => answerSchema(document, method, path)).toThrow(TypeError);
    expect(() => answerSchema(document, method, path)).toThrow(`${method} ${path}`);
  });

  it('is of its own document where there are several', () => {
    const other = { paths: { '/users': { get: { responses: { 200: jsonOf({ type: 'string' }) } } } } };
    expect(answerSchema(other, 'GET', '/users')('a word')).toBeUndefined();
    expect(answerSchema(document, 'GET', '/users')('a word')).toBe('the answer must be array');
  });
});

describe('the check of a list', () => {
  const check = () => listSchema(document, 'GET', '/teams', 'users');
  const differing = (id: string) => new UnreadableElement(id);

  it('leaves an answer that is as promised, with fields that nobody knows, as it is', () => {
    const answer = { users: [ada, { ...ada, since: 2020 }], total: 2, more: true };
    expect(check()(answer)).toBeUndefined();
    expect(answer.users).toEqual([ada, { ...ada, since: 2020 }]);
  });

  it('marks each element that differs, in its place, by its id where it has one', () => {
    const answer = { users: [{ ...ada, tier: 'PLATIN' }, ada, { tier: 5 }, null, 'u5'] as unknown[] };
    expect(check()(answer)).toBeUndefined();
    expect(answer.users).toEqual([differing('u1'), ada, differing(''), differing(''), differing('')]);
  });

  it.each([
    [{ total: 2 }, "the answer must have required property 'users'"],
    [{ users: ada }, '/users must be array'],
    [{ users: [{ ...ada, tier: 'PLATIN' }], total: '1' }, '/total must be integer'],
    [{ users: [ada, ada, ada, ada, ada, 6] }, '/users must NOT have more than 5 items'],
    [null, 'the answer must be object'],
  ])('says of %j what differs around its elements', (answer, difference) => {
    expect(check()(answer)).toBe(difference);
  });
});
