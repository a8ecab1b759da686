import { describe, expect, it } from '@jest/globals';
import { csvLine } from './csv-line.ts';

describe('a line of CSV (RFC 4180)', () => {
  it.each([
    [['a', 1, true], 'a,1,true'],
    [['', null, undefined, 'x'], ',,,x'],
    [[''], '""'],
    [['a,b', 'a"b', 'a;b', 'a\tb'], '"a,b","a""b","a;b","a\tb"'],
    [['a\nb', 'a\r\nb'], '"a\nb","a\r\nb"'],
    [['größer', ' x '], 'größer, x '],
  ])('of %j is %j', (values, line) => {
    expect(csvLine(values)).toBe(`${line}\r\n`);
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', ' =1', '\uff1d1', '=HYPERLINK("http://x")'])(
    'does not begin a formula with %j',
    (text) => {
      const line = csvLine([text]).slice(0, -2);
      expect(line.replace(/^"/, '')[0]).toBe("'");
      const value = line.startsWith('"') ? line.slice(1, -1).replaceAll('""', '"') : line;
      expect(value).toBe(`'${text}`);
    },
  );

  it('writes numbers as they are', () => {
    expect(csvLine([-5, 0.25])).toBe('-5,0.25\r\n');
  });
});
