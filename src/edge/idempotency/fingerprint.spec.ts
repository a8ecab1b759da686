import { describe, expect, it } from '@jest/globals';
import { fingerprint } from './fingerprint.ts';

const question = { a: 1, b: [{ c: 'x', d: null }], e: undefined };

describe('the fingerprint of a request', () => {
  it('is a SHA-256, which does not reveal the request', () => {
    expect(fingerprint(question)).toMatch(/^[\w-]{43}$/);
  });

  it.each([
    { b: [{ c: 'x' }], a: 1 },
    { b: [{ d: undefined, c: 'x' }], a: 1, z: null },
  ])('is the same for an equivalent value: %j', (same) => {
    expect(fingerprint(same)).toBe(fingerprint(question));
  });

  it.each([
    { a: '1', b: [{ c: 'x' }] },
    { a: 2, b: [{ c: 'x' }] },
    { a: 1, b: [{ c: 'x' }, { c: 'x' }] },
    { a: 1, b: { c: 'x' } },
    { a: 1, b: [['c', 'x']] },
    [['a', 1]],
    'text',
    null,
  ])('differs for %j', (other) => {
    expect(fingerprint(other)).not.toBe(fingerprint(question));
  });

  it('differs for another order of a list', () => {
    expect(fingerprint(['a', 'b'])).not.toBe(fingerprint(['b', 'a']));
  });
});
