import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const pages = globSync([
  '*.md',
  'docs/**/*.md',
  'deploy/**/*.md',
  'clients/*/*.md',
  'tools/new/template/**/*.md*',
]).sort();

/** The blocks of commands of a page. */
const blocksOf = (page: string): string[] =>
  [...readFileSync(page, 'utf8').matchAll(/^ *```(?:sh|bash|shell)\b.*\n([^]*?)^ *```$/gm)].map(
    ([, block]) => block!,
  );

const all = pages.flatMap((page) => blocksOf(page).map((block) => [page, block] as const));
/** What a shell does not take as it is written. */
const unquoted = (line: string): string => line.replace(/'[^']*'|"[^"]*"/g, '');

describe('commands that readers paste', () => {
  it('are found', () => expect(all.length).toBeGreaterThan(50));

  it('are understood by a POSIX shell', () => {
    for (const [page, block] of all)
      expect([page, spawnSync('sh', ['-n'], { input: block, encoding: 'utf8' }).stderr]).toEqual([page, '']);
  });

  // zsh, the shell of macOS, takes `#` for an argument in what is typed or pasted, and fails where `?` or `[` match no file.
  it('have no comments, and no characters that zsh expands', () => {
    const lines = all.flatMap(([page, block]) => block.split('\n').map((line) => `${page}: ${unquoted(line)}`));
    expect(lines.filter((line) => /(^|\s)#(\s|$)|\s(?!\[ )\S*[?[]\S*/.test(line))).toEqual([]);
  });
});
