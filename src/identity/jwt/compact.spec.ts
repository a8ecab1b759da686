import { describe, expect, it } from '@jest/globals';
import { compactIn, MAX_LENGTH, objectIn, segmentsOf } from './compact.ts';

const part = (text: string | Uint8Array): string => Buffer.from(text).toString('base64url');
const HEADER = part('{"alg":"ES256"}');
const PAYLOAD = part('{"sub":"u1"}');
/** 64 bytes, as a signature of ES256 has: the last character has four bits that are left over. */
const SIGNATURE = part(Buffer.alloc(64, 7));

describe('a compact JWT', () => {
  it('is read to its header and payload, whoever signed it', () => {
    expect(compactIn(`${HEADER}.${PAYLOAD}.${SIGNATURE}`)).toEqual({
      header: { alg: 'ES256' },
      payload: { sub: 'u1' },
    });
    expect(segmentsOf(`${HEADER}.${PAYLOAD}.${SIGNATURE}`)).toEqual([HEADER, PAYLOAD, SIGNATURE]);
  });

  it.each([
    ['has two parts', `${HEADER}.${PAYLOAD}`],
    ['has five parts', `${HEADER}.${PAYLOAD}.a.b.c`],
    ['has no signature', `${HEADER}.${PAYLOAD}.`],
    ['has padding', `${HEADER}.${PAYLOAD}.${SIGNATURE}==`],
    ['has the alphabet of base64', `${HEADER}.${PAYLOAD}.+/${SIGNATURE.slice(2)}`],
    ['ends with a line break', `${HEADER}.${PAYLOAD}.${SIGNATURE}\n`],
    ['has a length that no bytes have', `${HEADER}.${PAYLOAD}.AAAAA`],
    ['is written with bits that are left over', `${HEADER}.${PAYLOAD}.${SIGNATURE.slice(0, -1)}x`],
    ['has a payload that is a list', `${HEADER}.${part('[]')}.${SIGNATURE}`],
    ['has a payload that is null', `${HEADER}.${part('null')}.${SIGNATURE}`],
    ['has a header that is no JSON', `${part('{alg}')}.${PAYLOAD}.${SIGNATURE}`],
    ['is not in UTF-8', `${HEADER}.${part(Uint8Array.from([0x22, 0xff, 0x22]))}.${SIGNATURE}`],
    ['begins with a byte order mark', `${HEADER}.${part('\uFEFF{"sub":"u1"}')}.${SIGNATURE}`],
  ])('that %s is none', (_, token) => expect(compactIn(token)).toBeUndefined());

  it('is none where it is longer than 8192 characters', () => {
    const rest = MAX_LENGTH - `${HEADER}..${SIGNATURE}`.length;
    const ofLength = (length: number) => `${HEADER}.${'A'.repeat(length)}.${SIGNATURE}`;
    const fits = rest - (rest % 4);
    expect(segmentsOf(ofLength(fits))).toBeDefined();
    expect(segmentsOf(ofLength(fits + 4))).toBeUndefined();
  });

  it('has objects alone in its parts', () => {
    expect(objectIn(part('{"a":1}'))).toEqual({ a: 1 });
    expect(objectIn(part('"text"'))).toBeUndefined();
    expect(() => objectIn(part('{'))).toThrow(SyntaxError);
  });
});
