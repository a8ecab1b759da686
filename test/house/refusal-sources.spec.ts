import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { refusalSources } from '#libs/errors';

// Upstreams and features add theirs when their module is loaded.
for (const file of globSync('src/**/*.errors.ts'))
  await import(file.replace('src/', '#gateway/').replace(/\.ts$/, ''));

const page = readFileSync('docs/limits.md', 'utf8');
const sources = globSync(['src/**/*.{ts,tsx}', 'libs/*/src/**/*.{ts,tsx}'], {
  exclude: [
    '**/*.spec.ts',
    '**/*.fixture.ts',
    '**/*.fake.ts',
    '**/generated/**',
    'libs/errors/src/refusal-sources.ts',
    '**/*.errors.ts',
  ],
}).map((file) => ({ file, text: readFileSync(file, 'utf8') }));

/** Every `new GatewayError(…)` of a file, to its closing parenthesis. */
function errorsMadeIn(text: string): string[] {
  return text
    .split('new GatewayError(')
    .slice(1)
    .map((rest) => {
      let depth = 1;
      let end = 0;
      while (depth > 0 && end < rest.length) depth += { '(': 1, ')': -1 }[rest[end++]!] ?? 0;
      return rest.slice(0, end);
    });
}

describe('a 429 or a 503', () => {
  it('names its source wherever it is made', () => {
    const unnamed = sources.flatMap(({ file, text }) =>
      errorsMadeIn(text)
        .filter((made) => /'(RATE_LIMITED|OVERLOADED|CIRCUIT_OPEN)'/.test(made) && !/\bsource\b/.test(made))
        .map((made) => `${file}: ${made}`),
    );
    expect(unnamed).toEqual([]);
  });

  it('has no source that nothing names', () => {
    const names = Object.keys(refusalSources).filter(
      (name) => !sources.some(({ text }) => text.includes(`'${name}'`)),
    );
    expect(names).toEqual([]);
  });

  it('is in the table of docs/limits.md, with its code, when it comes and what decides', () => {
    const section = page.split('\n## ').find((one) => one.startsWith('What answers 429 and 503\n')) ?? '';
    const rows = section.split('\n').filter((line) => line.startsWith('| '));
    const known = Object.entries(refusalSources).map(
      ([name, { code, when, setting }]) => `| \`${name}\` | \`${code}\` | ${when} | ${setting} |`,
    );
    expect(rows.slice(2)).toEqual(known);
  });
});
