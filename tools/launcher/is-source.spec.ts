import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { isSource } from './is-source.ts';

it.each([
  'src/main.ts',
  'src/features/home/home.page.tsx',
  'libs/errors/src/catalogue.ts',
  'libs/contracts/proto/shop/orders.proto',
  'libs/testing-tools/src/index.ts',
  'src/specification.ts',
])('%s is a source', (path) => expect(isSource(path)).toBe(true));

it.each([
  'src/main.spec.ts',
  'src/a.spec.tsx',
  'libs/testing/src/index.ts',
  // Vim, Emacs, Kate, JetBrains, the Finder, git's merges, and patch.
  'src/.main.ts.swp',
  'src/.main.ts.swx',
  'src/4913',
  'src/main.ts~',
  'src/#main.ts#',
  'src/.#main.ts',
  'src/.main.ts.kate-swp',
  'src/main.ts.tmp',
  'src/.DS_Store',
  'src/main.ts.orig',
  'src/main.ts.rej',
  'src\\.main.ts.swp',
])('%s is no source', (path) => expect(isSource(path)).toBe(false));

it('no file that the compiler ignores is a source', () => {
  const { compilerOptions } = JSON.parse(readFileSync('nest-cli.json', 'utf8'));
  const ignored = compilerOptions.builder.options.ignore as string[];
  expect(ignored.length).toBeGreaterThan(3);
  for (const glob of ignored)
    expect([glob, isSource(glob.replace('**/*', 'src/a').replace('**', 'a.ts'))]).toEqual([glob, false]);
});
