import { describe, expect, it } from '@jest/globals';
import { difference, outputIn, withOutput } from './page.ts';

const page = '# Title\n\n```text output\na\n~ 3 ms\n```\n\nText.\n';

describe('the output in a page of the study guide', () => {
  it('is the block that says so', () => {
    expect(outputIn(page)).toBe('a\n~ 3 ms\n');
    expect(outputIn('# Title\n')).toBeUndefined();
  });

  it('is replaced, and nothing else', () => {
    expect(withOutput(page, 'b $1\n')).toBe('# Title\n\n```text output\nb $1\n```\n\nText.\n');
  });

  it('differs where a line is another, missing or new, but not where a measurement is', () => {
    expect(difference('a\n~ 3 ms\n', 'a\n~ 4 ms\n')).toBeUndefined();
    expect(difference('a\n', 'b\n')).toMatch(/b\n[^]*a$/);
    expect(difference('a\n~ 3 ms\n', 'a\n')).toMatch(/\(nothing\)\n[^]*3 ms$/);
    expect(difference('a\n', 'a\nb\n')).toMatch(/b\n[^]*\(nothing\)$/);
  });

  it('does not differ in a part that could not run here, and does in the next one', () => {
    const output = '# one\na\nb\n# two\nc\n';
    const notRun = '# one\nnot run: no browser\n';
    expect(difference(output, `${notRun}# two\nc\n`)).toBeUndefined();
    expect(difference(output, `${notRun}# two\nd\n`)).toMatch(/d\n/);
    expect(difference(output, notRun)).toMatch(/# two/);
  });
});
