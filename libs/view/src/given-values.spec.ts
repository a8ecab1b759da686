import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { check, enumeration, fromArguments, fromQueryString, oneOf, parameters } from '#libs/view';

const Sort = enumeration('GivenSort', ['NEWEST', 'OLDEST'], 'How they are sorted.');
const ListQuestion = parameters('GivenQuestion', {
  search: z.string().max(5).optional(),
  status: oneOf(Sort).optional(),
  sort: oneOf(Sort).default('NEWEST'),
  first: z.int().min(1).max(100).default(20),
  min: z.int().optional(),
});

describe('a query string', () => {
  const read = (query: Record<string, unknown>) => fromQueryString(ListQuestion, query);

  it.each([
    ['7', 7],
    ['0', 0],
    ['-3', -3],
    ['100', 100],
  ])('gives the number %s where a number is wanted, by default or not', (text, number) => {
    expect(read({ first: text, min: text })).toEqual({ first: number, min: number });
  });

  it('gives texts as they came, even where they look like numbers', () => {
    expect(read({ search: '12345' })).toEqual({ search: '12345' });
  });

  it.each(['', ' 7', '7 ', '1e3', '0x10', '1.5', '+7', 'seven', 'Infinity', 'NaN', '--7', '٧'])(
    'leaves "%s", which is no whole number, to be refused',
    (text) => {
      expect(read({ first: text })).toEqual({ first: text });
      expect(() => check(ListQuestion.schema, read({ first: text }))).toThrow('first: ');
    },
  );

  it('leaves a parameter that came twice to be refused', () => {
    expect(() => check(ListQuestion.schema, read({ first: ['1', '2'] }))).toThrow('first: ');
    expect(() => check(ListQuestion.schema, read({ search: ['a', 'b'] }))).toThrow('search: ');
  });

  it.each(['constructor', '__proto__', 'toString', 'nope'])(
    'leaves the unknown parameter %s to be refused',
    (name) => {
      const query = JSON.parse(`{"${name}":"1"}`) as Record<string, unknown>;
      expect(() => check(ListQuestion.schema, read(query))).toThrow(`${name}: There is no such field`);
    },
  );
});

describe("a GraphQL field's arguments", () => {
  it('are not given where they are null, as clients send the variables they have no value for', () => {
    const given = fromArguments({ search: null, status: 'NEWEST', first: 5 });
    expect(given).toEqual({ status: 'NEWEST', first: 5 });
    expect(check(ListQuestion.schema, given)).toMatchObject({ status: 'NEWEST', first: 5 });
  });
});
