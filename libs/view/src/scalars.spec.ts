import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { GraphQLInt, GraphQLObjectType, GraphQLSchema, parse, parseValue, validate } from 'graphql';
import { DateTime, SafeInt } from '#libs/view';

const throughEvery = <T>(
  scalar: { serialize(value: unknown): T; parseValue(value: unknown): T },
  value: unknown,
) => [scalar.serialize(value), scalar.parseValue(value)];

function expectRefused(scalar: typeof DateTime | typeof SafeInt, value: unknown, reason: RegExp): void {
  expect(() => scalar.serialize(value)).toThrow(reason);
  expect(() => scalar.parseValue(value)).toThrow(reason);
}

describe('DateTime', () => {
  it.each([
    ['2026-02-28T23:59:59Z', '2026-02-28T23:59:59.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['2000-02-29T12:00:00Z', '2000-02-29T12:00:00.000Z'],
    ['2026-01-01T00:30:00+02:00', '2025-12-31T22:30:00.000Z'],
    ['2026-12-31T23:30:00-01:45', '2027-01-01T01:15:00.000Z'],
    ['2026-07-01T10:00:00.123456789Z', '2026-07-01T10:00:00.123Z'],
    ['0000-02-29T00:00:00Z', '0000-02-29T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('parses %s as %s, in UTC', (given, utc) => {
    expect(throughEvery(DateTime, given)).toEqual([utc, utc]);
    expect(DateTime.parseLiteral(parseValue(JSON.stringify(given)), {})).toBe(utc);
  });

  it.each([
    ['a day that does not exist', '2026-02-30T00:00:00Z'],
    ['a leap day of a common year', '2026-02-29T00:00:00Z'],
    ['a leap day of a common century year', '1900-02-29T00:00:00Z'],
    ['the 31st of a month of 30', '2026-04-31T10:00:00+02:00'],
    ['day 0', '2026-01-00T00:00:00Z'],
    ['month 0', '2026-00-10T00:00:00Z'],
    ['month 13', '2026-13-01T00:00:00Z'],
    ['hour 24', '2026-01-01T24:00:00Z'],
    ['hour 25', '2026-01-01T25:00:00Z'],
    ['minute 60', '2026-01-01T00:60:00Z'],
    ['a leap second, which JavaScript cannot represent', '2016-12-31T23:59:60Z'],
    ['an offset of 24 hours', '2026-01-01T00:00:00+24:00'],
    ['a year before 0 in UTC', '0000-01-01T00:00:00+01:00'],
    ['a year after 9999 in UTC', '9999-12-31T23:59:59-01:00'],
  ])('refuses %s', (_, value) => expectRefused(DateTime, value, /a date that exists/));

  it.each([
    '',
    'yesterday',
    '2026-01-01',
    '2026-01-01T00:00:00',
    '2026-01-01 00:00:00Z',
    '2026-1-1T00:00:00Z',
    '2026-01-01T00:00Z',
    '2026-01-01T00:00:00+0200',
    '2026-01-01T00:00:00.Z',
    '+002026-01-01T00:00:00Z',
    '2026-01-01T00:00:00Z\n',
    1_767_225_600_000,
    null,
    undefined,
    true,
    {},
    ['2026-01-01T00:00:00Z'],
    new Date(Number.NaN),
  ])('rejects a value that is not RFC 3339: %p', (value) => expectRefused(DateTime, value, /must be RFC 3339/));

  it('accepts a Date', () => {
    expect(DateTime.serialize(new Date(0))).toBe('1970-01-01T00:00:00.000Z');
    expectRefused(DateTime, new Date(8.64e15), /a date that exists/);
  });

  it('rejects literals that are not strings', () => {
    for (const literal of ['2026', '2026.0', 'true', '[]']) {
      expect(() => DateTime.parseLiteral(parseValue(literal), {})).toThrow(/RFC 3339/);
    }
  });

  it('keeps every instant, for any offset', () => {
    const inYears = {
      min: new Date('0000-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    };
    const property = fc.property(fc.date(inYears), (date) => {
      expect(DateTime.parseValue(date.toISOString())).toBe(date.toISOString());
    });
    fc.assert(property, { numRuns: 200 });
  });
});

describe('SafeInt', () => {
  it.each([0, 1, -1, 2 ** 31, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER])('takes %d', (value) => {
    expect(throughEvery(SafeInt, value)).toEqual([value, value]);
    expect(SafeInt.parseLiteral(parseValue(String(value)), {})).toBe(value);
  });

  it.each([2 ** 53, -(2 ** 53), 1.5, Number.NaN, Number.POSITIVE_INFINITY, '1', 1n, true, null, undefined, [1]])(
    'refuses %p',
    (value) => expectRefused(SafeInt, value, /whole number up to 2\^53-1/),
  );

  it.each(['9007199254740992', '9007199254740993', '1.0', '"1"', 'null'])('rejects the literal %s', (literal) => {
    expect(() => SafeInt.parseLiteral(parseValue(literal), {})).toThrow(/whole number/);
  });
});

describe('a literal that is no value of its scalar', () => {
  const at = { type: GraphQLInt, args: { when: { type: DateTime }, amount: { type: SafeInt } } };
  const schema = new GraphQLSchema({ query: new GraphQLObjectType({ name: 'Query', fields: { at } }) });

  it.each([
    ['{ at(when: "yesterday") }', 'DateTime must be RFC 3339', 12],
    ['{ at(when: 2026) }', 'DateTime must be RFC 3339', 12],
    ['{ at(when: "2026-02-30T00:00:00Z") }', 'DateTime must be a date that exists, in a year of four digits', 12],
    ['{ at(amount: 1.0) }', 'SafeInt must be a whole number up to 2^53-1', 14],
    ['query($n: Int) { at(amount: { n: $n }) }', 'SafeInt must be a whole number up to 2^53-1', 29],
  ])('in %s is located, as one of a built-in scalar', (text, message, column) => {
    const [error] = validate(schema, parse(text));
    expect([error!.message, error!.locations]).toEqual([message, [{ line: 1, column }]]);
  });
});
