import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

/** A name of an attribute: of ours, or of a convention that the spans follow. */
const NAME =
  /(?<![\w.])((?:atrium|http|url|rpc|db|graphql|network|server|client|enduser|error)\.[a-z_]+(?:\.[a-z_]+)*)(?![\w.])/;
/** How code writes one that it sets. */
const SET = new RegExp(`'${NAME.source}'(?=\\]? ?[:=]|\\] \\?\\?=)`, 'g');
const DOCUMENTED = new RegExp(`\`${NAME.source}\``, 'g');

const namesIn = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name]) => name!);
const code = globSync(['src/**/*.{ts,tsx}', 'libs/*/src/**/*.{ts,tsx}'])
  .filter((file) => !/\.(spec|fixture)\.ts$|generated/.test(file))
  .map((file) => readFileSync(file, 'utf8'));
const inCode = new Set(code.flatMap((text) => namesIn(text, SET)));

describe('docs/operations/traces.md', () => {
  const documented = new Set(namesIn(readFileSync('docs/operations/traces.md', 'utf8'), DOCUMENTED));

  it('has every attribute of a span', () => {
    expect(inCode.size).toBeGreaterThan(30);
    // Marks what is left out of the export.
    expect([...inCode].filter((name) => !documented.has(name) && name !== 'atrium.admin')).toEqual([]);
  });

  it('has no attribute that no span has', () => {
    expect([...documented].filter((name) => !inCode.has(name))).toEqual([]);
  });
});
