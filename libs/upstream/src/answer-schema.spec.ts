import { describe, expect, it } from '@jest/globals';
import { answerSchema, type OpenApiDocument } from './answer-schema.ts';

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
