import { GatewayError } from '#libs/errors';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { check, enumeration, id, input, oneOf, safeInt } from '#libs/view';

const Colour = enumeration('CheckedColour', ['RED', 'BLUE'], 'A colour.');
const LineInput = input('CheckedLine', { productId: id(), quantity: z.int().min(1).max(99) });
const { schema } = input('CheckedInput', {
  name: z.string().trim().min(2).max(10).optional(),
  email: z.email().optional(),
  link: z
    .url({ protocol: /^https$/ })
    .nullable()
    .optional(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'Must be three capital letters')
    .optional(),
  colour: oneOf(Colour).optional(),
  amount: safeInt().optional(),
  ratio: z.number().optional(),
  isGift: z.boolean().optional(),
  lines: z.array(LineInput.schema).min(1).max(2).optional(),
});

function refusalOf(value: unknown): GatewayError {
  try {
    check(schema, value);
  } catch (error) {
    return error as GatewayError;
  }
  throw new Error('it was not refused');
}

const line = { productId: 'p1', quantity: 1 };

describe('validated input', () => {
  it.each([
    ['NUL', { name: 'Ada\0' }, 'name'],
    ['half of a surrogate pair', { name: 'Ada\ud83d' }, 'name'],
    ['NUL in an id of a list', { lines: [line, { ...line, productId: '\0' }] }, 'lines.1.productId'],
  ])('is a VALIDATION_FAILED for text with %s', (_, value, field) => {
    expect(refusalOf(value)).toMatchObject({
      code: 'VALIDATION_FAILED',
      errors: [{ field, message: 'Must be Unicode text without NUL' }],
    });
  });

  it('may have any other text', () => {
    const name = 'é\t👩‍💻\uFFFD';
    expect(check(schema, { name })).toEqual({ name });
  });

  it('is the output of the schema', () => {
    expect(check(schema, { name: '  Ada ', lines: [line], link: null })).toEqual({
      name: 'Ada',
      lines: [line],
      link: null,
    });
  });

  it.each([
    ['a number for a string', { name: 7 }, 'name'],
    ['null for a string', { name: null }, 'name'],
    ['a string for an integer', { amount: '7' }, 'amount'],
    ['a fraction for an integer', { amount: 1.5 }, 'amount'],
    ['infinity', { ratio: Number.POSITIVE_INFINITY }, 'ratio'],
    ['a string for a boolean', { isGift: 'yes' }, 'isGift'],
    ['a number for a value of an enumeration', { colour: 7 }, 'colour'],
    ['an object for a value of an enumeration', { colour: { RED: 'RED' } }, 'colour'],
    ['an object for a list', { lines: { 0: line } }, 'lines'],
    ['a string for an object in a list', { lines: [line, 'p2'] }, 'lines.1'],
    ['a wrong type in a nested field', { lines: [{ ...line, quantity: '2' }] }, 'lines.0.quantity'],
    ['a missing field', { lines: [{ productId: 'p1' }] }, 'lines.0.quantity'],
    ['a null input', null, 'body'],
    ['a list for an object', [], 'body'],
    ['a string for an object', 'name', 'body'],
    ['an undefined input', undefined, 'body'],
    ['an unknown field', { nope: 1 }, 'nope'],
    ['an unknown nested field', { lines: [{ ...line, price: 0 }] }, 'lines.0.price'],
    ['__proto__', JSON.parse('{"__proto__":{"isAdmin":true}}'), '__proto__'],
    ['constructor', { constructor: 1 }, 'constructor'],
    ['a nested __proto__', { lines: [{ ...line, ...JSON.parse('{"__proto__":1}') }] }, 'lines.0.__proto__'],
  ])('is a BAD_REQUEST for %s', (_, value, field) => {
    expect(refusalOf(value)).toMatchObject({
      code: 'BAD_REQUEST',
      errors: [{ field, message: expect.any(String) }],
    });
  });

  it.each([
    ['a string that is too short', { name: 'A' }, 'name'],
    ['a string that is too long', { name: 'A'.repeat(11) }, 'name'],
    ['a string of spaces only', { name: '     ' }, 'name'],
    ['an invalid email address', { email: 'ada' }, 'email'],
    ['an invalid URL', { link: 'javascript:alert(1)' }, 'link'],
    ['a string with the wrong format', { currency: 'usd' }, 'currency'],
    ['an unknown value of an enumeration', { colour: 'GREEN' }, 'colour'],
    ['an inherited property name for an enumeration', { colour: 'toString' }, 'colour'],
    ['a number that JSON cannot hold', { amount: 2 ** 53 }, 'amount'],
    ['too small a number', { lines: [{ ...line, quantity: 0 }] }, 'lines.0.quantity'],
    ['too large a number', { lines: [line, { ...line, quantity: 100 }] }, 'lines.1.quantity'],
    ['too short a list', { lines: [] }, 'lines'],
    ['too long a list', { lines: [line, line, line] }, 'lines'],
  ])('is VALIDATION_FAILED for %s', (_, value, field) => {
    expect(refusalOf(value)).toMatchObject({
      code: 'VALIDATION_FAILED',
      errors: [{ field, message: expect.any(String) }],
      detail: expect.stringContaining(`${field}: `),
    });
  });

  it('names every invalid field', () => {
    const refusal = refusalOf({ name: 'A', amount: 2 ** 53, lines: [{ ...line, quantity: 0 }] });
    expect(refusal.errors!.map(({ field }) => field)).toEqual(['name', 'amount', 'lines.0.quantity']);
  });

  it('is a BAD_REQUEST if one field is malformed and another only out of range', () => {
    expect(refusalOf({ name: 'A', isGift: 1 })).toMatchObject({ code: 'BAD_REQUEST', errors: { length: 2 } });
  });

  it('is rejected with the message of the schema, if it has one', () => {
    expect(refusalOf({ currency: 'usd' }).errors).toEqual([
      { field: 'currency', message: 'Must be three capital letters' },
    ]);
  });

  it('is never echoed to the client', () => {
    const secret = 'hunter2-hunter2';
    for (const value of [
      { name: secret },
      { email: secret },
      { link: secret },
      { currency: secret },
      { colour: secret },
    ]) {
      const { detail, errors } = refusalOf(value);
      expect(JSON.stringify({ detail, errors })).not.toContain(secret);
    }
  });

  it('is rejected with fewer characters than it has', () => {
    const strange = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`x${i}`, 1]));
    for (const value of [{ lines: Array(5_000).fill(1) }, strange]) {
      const { detail, errors } = refusalOf(value);
      expect(errors!.length).toBeLessThanOrEqual(50);
      expect(detail!.length).toBeLessThan(10_000);
    }
    expect(refusalOf({ ['x'.repeat(10_000)]: 1 }).detail!.length).toBeLessThan(200);
  });

  it('is accepted or rejected, for any value', () => {
    const property = fc.property(fc.anything(), (value) => {
      try {
        check(schema, value);
      } catch (error) {
        expect(error).toBeInstanceOf(GatewayError);
      }
    });
    fc.assert(property, { numRuns: 300 });
  });
});
