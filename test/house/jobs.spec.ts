import { globSync, readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';

const sources = globSync('src/**/*.ts', { exclude: ['**/*.spec.ts'] }).map((file) => readFileSync(file, 'utf8'));

/** The text of a constant, or the text itself in quotes. */
function textOf(name: string): string {
  if (name.startsWith("'")) return name.slice(1, -1);
  const declared = sources.map((text) => new RegExp(`const ${name} = '([^']+)'`).exec(text)?.[1]).find(Boolean);
  if (!declared) throw new Error(`${name} is declared nowhere`);
  return declared;
}

it('docs/jobs.md lists every kind of jobs', () => {
  const declared = sources.flatMap((text) =>
    [...text.matchAll(/^@JobKind\(\{\s*name: ('[^']+'|\w+)/gm)].map(([, name]) => textOf(name!)),
  );
  const listed = [...readFileSync('docs/jobs.md', 'utf8').matchAll(/^\| `([a-z]+[.][a-z.-]+)` \|/gm)].map(
    ([, kind]) => kind,
  );
  expect(declared.length).toBeGreaterThan(3);
  expect(listed.sort()).toEqual(declared.sort());
});
