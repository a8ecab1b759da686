import { runInThisContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { inAscii } from './in-ascii.ts';

/** What an expression is, as it is and in ASCII. */
const both = (code: string) => [code, inAscii(code)].map((text) => runInThisContext(text) as unknown);

describe('a module in ASCII', () => {
  it.each([
    ['a character', '((parts) => parts[0])`a·b`'],
    ['a character of two units', '((parts) => parts[0])`😀`'],
    ['an escaped character', '((parts) => parts[0])`a\\·b`'],
    ['a character after a backslash', '((parts) => parts[0])`a\\\\·b`'],
    ['a pattern', "/^[·…]$/.test('\\u2026')"],
    ['a pattern with an escaped character', "/^[\\–\\—]+$/.test('\\u2013')"],
    ['a pattern of code points', "/^[😀-😂]$/u.test('\\u{1f601}')"],
    ['a name in a pattern', "/(?<größe>.)/.exec('a').groups.gr\\u00f6\\u00dfe"],
  ])('means the same: %s', (_, code) => {
    const [before, after] = both(code);
    expect(inAscii(code)).toMatch(/^[\0-\x7f]+$/);
    expect(after).toEqual(before);
  });

  it('leaves what is read as it is written', () => {
    const code = 'String.raw`·${"a"}…` + ((parts) => parts[0])`·`';
    expect(inAscii(code)).toBe('String.raw`·${"a"}…` + ((parts) => parts[0])`\\u00b7`');
  });
});
