import { describe, expect, it } from '@jest/globals';
import { jsonErrorAt } from './json-error.ts';

describe('the first error of text that should be JSON', () => {
  it.each([
    ['', 0],
    ['oops', 0],
    ['{"id": oops}', 7],
    ['{"id":', 6],
    ['{"id" 1}', 6],
    ['{"id":1,}', 8],
    ['{id:1}', 1],
    ['[1,]', 3],
    ['[1 2]', 3],
    ['{"a":[1,{"b":"x\ty"}]}', 13],
    ['{"a":"\\q"}', 5],
    ['{} {}', 3],
    ['[01]', 2],
    ["{'a':1}", 1],
  ])('of %s is at %d', (text, at) => {
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
    expect(jsonErrorAt(text)).toBe(at);
  });

  it.each(['{}', '[]', ' {"a":[{}, [], -1.5e+3, "\\u00e4", null, true]} ', '"x"'])(
    'is the end of %s, which is JSON',
    (text) => {
      JSON.parse(text);
      expect(jsonErrorAt(text)).toBe(text.length);
    },
  );
});
