import { describe, expect, it } from '@jest/globals';
import { check } from '#libs/view';
import { idempotencyKey, keyIn } from './idempotency-key.ts';

describe('the header Idempotency-Key', () => {
  it.each([
    ['"8e03978e-40d5-43dd-bc93-6894a57f9324"', '8e03978e-40d5-43dd-bc93-6894a57f9324'],
    ['8e03978e-40d5-43dd-bc93-6894a57f9324', '8e03978e-40d5-43dd-bc93-6894a57f9324'],
    ['"a, b; c"', 'a, b; c'],
    ['"say \\"hello\\" \\\\"', 'say "hello" \\'],
    [' "k" ', 'k'],
    ["it's:a+bare/key=~", "it's:a+bare/key=~"],
    [`"${'k'.repeat(100)}"`, 'k'.repeat(100)],
    [`"${'\\"'.repeat(100)}"`, '"'.repeat(100)],
  ])('is a structured-field string, or bare: %s', (header, key) => {
    expect(keyIn(header)).toBe(key);
  });

  it('may be left out', () => {
    expect(keyIn(undefined)).toBeUndefined();
  });

  it.each([
    '',
    '""',
    '"',
    '"open',
    'two words',
    'a, b',
    '"a", "b"',
    '"a";version=1',
    '"\\a"',
    'a"b',
    'back\\slash',
    'caf\u00e9',
    '"caf\u00e9"',
    '"tab\t"',
    `"${'k'.repeat(101)}"`,
    'k'.repeat(101),
  ])('refuses %j', (header) => {
    expect(() => keyIn(header)).toThrow(
      expect.objectContaining({
        code: 'BAD_REQUEST',
        errors: [expect.objectContaining({ field: 'Idempotency-Key' })],
      }),
    );
  });
});

describe('the idempotency key in GraphQL', () => {
  it.each(['k', 'a, b; c', 'say "hello" \\', 'k'.repeat(100)])('accepts what the header accepts: %j', (key) => {
    expect(check(idempotencyKey, key)).toBe(key);
  });

  it.each(['', 'k'.repeat(101), 'caf\u00e9', 'tab\t'])('refuses %j', (key) => {
    expect(() => check(idempotencyKey, key)).toThrow(expect.objectContaining({ code: 'VALIDATION_FAILED' }));
  });
});
