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
  ])('converts %s for a numeric parameter, with or without a default', (text, number) => {
    expect(read({ first: text, min: text })).toEqual({ first: number, min: number });
  });

  it('keeps strings, even if they look like numbers', () => {
    expect(read({ search: '12345' })).toEqual({ search: '12345' });
  });

  it.each(['', ' 7', '7 ', '1e3', '0x10', '1.5', '+7', 'seven', 'Infinity', 'NaN', '--7', '٧'])(
    'leaves "%s", which is not an integer, to validation',
    (text) => {
      expect(read({ first: text })).toEqual({ first: text });
      expect(() => check(ListQuestion.schema, read({ first: text }))).toThrow('first: ');
    },
  );

  it('leaves a repeated parameter to validation', () => {
    expect(() => check(ListQuestion.schema, read({ first: ['1', '2'] }))).toThrow('first: ');
    expect(() => check(ListQuestion.schema, read({ search: ['a', 'b'] }))).toThrow('search: ');
  });

  it.each(['constructor', '__proto__', 'toString', 'nope'])(
    'leaves the unknown parameter %s to validation',
    (name) => {
      const query = JSON.parse(`{"${name}":"1"}`) as Record<string, unknown>;
      expect(() => check(ListQuestion.schema, read(query))).toThrow(`${name}: Unknown field`);
    },
  );
});

describe("a GraphQL field's arguments", () => {
  it('are dropped if they are null, since clients send null for variables without a value', () => {
    const given = fromArguments({ search: null, status: 'NEWEST', first: 5 });
    expect(given).toEqual({ status: 'NEWEST', first: 5 });
    expect(check(ListQuestion.schema, given)).toMatchObject({ status: 'NEWEST', first: 5 });
  });
});
