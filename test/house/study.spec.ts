import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { outputIn } from '#tools/study/page';
import { filesOf, proofs } from '#tools/study/proofs';

const read = (file: string) => readFileSync(file, 'utf8');
const checklist = read('docs/study/README.md');
const titleOf = (page: string) => /^# (.+)$/m.exec(read(page))?.[1];
const sectionOf = (page: string, heading: string) =>
  read(page).split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';

/** The symbols that a text links to, with their files. */
const symbolsIn = (text: string) =>
  [...text.matchAll(/`([^`]+)`\s+in\s+\[[^\]]+\]\((?:\.\.\/)+([^)]+)\)/g)].map(([, symbol, path]) => ({
    symbol: symbol!,
    path: path!,
  }));

/** The files of a proof: those that its page links to. Some are run as processes of their own. */
const linkedFiles = (page: string) =>
  [...sectionOf(page, 'Proof').matchAll(/\(\.\.\/\.\.\/(study\/[^)]+)\)/g)].map(([, file]) => file!);

/** What files import of the product. */
const importsOf = (files: readonly string[]) =>
  new Set(
    files
      .flatMap((file) => [...read(file).matchAll(/import (?:type )?\{([^}]*)\}\s+from '#(?:gateway|libs)[^']*'/g)])
      .flatMap(([, names]) => names!.split(',').map((name) => name.trim().replace(/^type /, ''))),
  );

describe('the study guide', () => {
  it('has a proof for each page and a page for each proof', () => {
    const pages = globSync('docs/study/[0-9][0-9]-*.md').sort();
    expect(proofs().map(({ page }) => page)).toEqual(pages);
    expect(pages.length).toBeGreaterThan(0);
  });

  it('has one line a page in its checklist, with the title of the page and the name of the proof', () => {
    const lines = proofs().map(
      ({ name, page }) => `- [ ] [${titleOf(page)}](${basename(page)}): \`npm run study -- ${name}\``,
    );
    expect(checklist.split('\n').filter((line) => line.startsWith('- [ ]'))).toEqual(lines);
  });

  it('is run by CI', () => {
    expect(read('.ci/run')).toMatch(/^step .* npm run study$/m);
  });
});

describe.each(proofs())('the page $page', ({ name, file, page }) => {
  it('has an answer, the place in the product, the proof, and what is often wrong', () => {
    for (const heading of ['Answer', 'In the product', 'Proof', 'Where write-ups go wrong'])
      expect([heading, sectionOf(page, heading).trim().length > 100]).toEqual([heading, true]);
  });

  it('names symbols of the product, in the files that have them', () => {
    const named = symbolsIn(sectionOf(page, 'In the product'));
    expect(named.length).toBeGreaterThan(0);
    const missing = named.filter(({ symbol, path }) => !read(path).includes(symbol));
    expect(missing).toEqual([]);
  });

  it('has a proof that imports each symbol that it runs; others are to read', () => {
    const [run, toRead] = sectionOf(page, 'In the product').split('\nTo read:\n');
    expect(run).toMatch(/^\nThe proof runs:\n\n- /);
    const imported = importsOf(linkedFiles(page));
    const notImported = symbolsIn(run!).filter(({ symbol }) => !imported.has(symbol));
    expect(notImported).toEqual([]);
    expect(symbolsIn(run!).length).toBeGreaterThan(0);
    const inVain = symbolsIn(toRead!).filter(({ symbol }) => imported.has(symbol));
    expect(inVain).toEqual([]);
  });

  it('says what differs on Node 22, 24 and 26', () => {
    const releases = sectionOf(page, 'Node 22, 24 and 26');
    for (const release of ['22', '24', '26']) expect(releases).toMatch(new RegExp(`\\b${release}\\b`));
  });

  it('names the command of its proof and shows its output', () => {
    expect(sectionOf(page, 'Proof')).toContain(`\`npm run study -- ${name}\``);
    expect(sectionOf(page, 'Proof')).toContain(`(../../${file})`);
    expect(outputIn(read(page))?.split('\n').length).toBeGreaterThan(4);
  });

  it('has a proof that asserts what it prints', () => {
    expect([...filesOf(file)].some((one) => read(one).includes('node:assert/strict'))).toBe(true);
  });
});
