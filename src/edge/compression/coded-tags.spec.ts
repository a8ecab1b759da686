import { describe, expect, it } from '@jest/globals';
import { codedTag, heldTag, isForTag } from './coded-tags.ts';

describe('an entity tag', () => {
  it.each([
    ['"abc"', 'zstd', '"abc-zstd"'],
    ['"v3.abc"', 'gzip', '"v3.abc-gzip"'],
    ['"abc"', 'identity', '"abc"'],
    ['W/"abc"', 'br', 'W/"abc"'],
  ] as const)('names the bytes in their coding, a weak one whatever they are: %s in %s', (etag, coding, coded) => {
    expect(codedTag(etag, coding)).toBe(coded);
  });
});

describe('a client', () => {
  it.each([
    ['"e"', 'gzip', '"e"'],
    ['"e-gzip"', 'gzip, br', '"e-gzip"'],
    ['W/"e-br"', 'gzip, br', '"e-br"'],
    ['"e", "e-gzip"', 'gzip, br', '"e-gzip"'],
    ['"x", "e-zstd"', 'zstd', '"e-zstd"'],
    ['*', 'br', '"e-br"'],
    ['*', undefined, '"e"'],
  ])('that sends If-None-Match %s and accepts %s has it under %s', (known, accepted, tag) => {
    expect(heldTag({ 'if-none-match': known, 'accept-encoding': accepted }, '"e"')).toBe(tag);
  });

  it.each([
    [undefined, 'gzip'],
    ['"e-zstd"', 'gzip'],
    ['"e-zstd"', undefined],
    ['"e"', 'gzip, identity;q=0'],
    ['"x-gzip"', 'gzip'],
    ['"e-deflate"', 'deflate'],
  ])('that sends If-None-Match %s and accepts %s has no representation', (known, accepted) => {
    expect(heldTag({ 'if-none-match': known, 'accept-encoding': accepted }, '"e"')).toBeUndefined();
  });

  it('matches If-Match with the strong tag of a coding that it accepts', () => {
    const isFor = (expected: string | undefined, accepted: string) =>
      isForTag({ 'if-match': expected, 'accept-encoding': accepted }, '"e"');
    expect([undefined, '*', '"e"', '"e-br"'].map((expected) => isFor(expected, 'br'))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(['W/"e-br"', '"e-zstd"', '"x"'].map((expected) => isFor(expected, 'br'))).toEqual([
      false,
      false,
      false,
    ]);
  });
});
