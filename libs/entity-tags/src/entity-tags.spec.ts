import { describe, expect, it } from '@jest/globals';
import { hasRepresentation, isForRepresentation, parseEntityTags } from './entity-tags.ts';

const strong = (...tags: string[]) => tags.map((tag) => ({ tag: `"${tag}"`, isWeak: false }));

describe('a list of entity tags', () => {
  it.each([
    ['one', '"a"', strong('a')],
    ['several', '"a", "b","c"', strong('a', 'b', 'c')],
    ['a weak one', 'W/"a"', [{ tag: '"a"', isWeak: true }]],
    ['both kinds', '"a",\tW/"b"', [...strong('a'), { tag: '"b"', isWeak: true }]],
    ['a tag with a comma', '"a,b", "c"', strong('a,b', 'c')],
    ['an empty tag', '""', strong('')],
    ['obs-text', '"\u00e9"', strong('\u00e9')],
    ['a backslash, which escapes nothing', '"a\\"', strong('a\\')],
    ['empty members', ', "a", ,"b",', strong('a', 'b')],
    ['any', '*', '*'],
    ['any tag, with spaces around it', ' * ', '*'],
  ])('is parsed: %s', (_, header, tags) => {
    expect(parseEntityTags(header)).toEqual(tags);
  });

  it.each([
    '',
    ' ',
    ',',
    'a',
    '"a',
    'a"',
    '"a" "b"',
    '"a"b',
    'w/"a"',
    'W/ "a"',
    '"a", *',
    '*, "a"',
    '"a b"',
    '"a"; q=1',
    '"\u0100"',
  ])('is malformed: %j', (header) => {
    expect(parseEntityTags(header)).toBeUndefined();
  });

  it('is parsed in linear time', () => {
    expect(parseEntityTags(`${' ,\t'.repeat(5_000)}x`)).toBeUndefined();
    expect(parseEntityTags('"a", '.repeat(3_000))).toHaveLength(3_000);
  });
});

describe('a client', () => {
  it.each(['"e"', 'W/"e"', '"x", "e"', '"x,y" , W/"e"', ', "e"', '*'])('has "e" with %s', (header) => {
    expect(hasRepresentation(header, '"e"')).toBe(true);
  });

  it.each([undefined, '"x"', '"x, "e""', '"x,e"', 'e', '"E"', '"e', '"*"'])(
    'does not have "e" with %s',
    (header) => {
      expect(hasRepresentation(header, '"e"')).toBe(false);
    },
  );
});

describe('a request', () => {
  it.each([undefined, '*', '"e"', '"x,y", "e"', 'malformed'])('is for "e" with If-Match %s', (header) => {
    expect(isForRepresentation(header, '"e"')).toBe(true);
  });

  it.each(['W/"e"', '"x"', '"x", W/"e"', '"*"'])('is not for "e" with If-Match %s', (header) => {
    expect(isForRepresentation(header, '"e"')).toBe(false);
  });
});
