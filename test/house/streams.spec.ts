import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const page = readFileSync('docs/streams.md', 'utf8');
const rows = [...page.matchAll(/^\| ([^|]+) \| [^|]+ \| `([^`]+)` in \[[^\]]+\]\(([^)]+)\) \|$/gm)].map(
  ([, kind, symbol, file]) => ({ kind: kind!, symbol: symbol!, file: join('docs', file!) }),
);

describe('docs/streams.md', () => {
  it('has the four kinds of streams of Node, pipe, pipeline and Web Streams', () => {
    const kinds = rows.map(({ kind }) => kind);
    expect(kinds).toEqual(
      expect.arrayContaining(['Readable', 'Writable', 'Duplex', 'Transform', 'pipe', 'pipeline', 'Web Streams']),
    );
  });

  it.each(rows)('names code of the product that is there: $kind by $symbol', ({ symbol, file }) => {
    expect(file).toMatch(/^(src|libs|apps|clients)\//);
    expect(file).not.toMatch(/\.(spec|fixture)\.ts$/);
    const code = readFileSync(file, 'utf8')
      .replace(/^import .*$/gm, '')
      .replace(/\/\*\*[^]*?\*\//g, '');
    expect(code).toContain(symbol);
  });

  it('shows a plot that the bench has drawn', () => {
    const [, plot] = /!\[[^\]]+\]\(([\w-]+\.svg)\)/.exec(page)!;
    expect(existsSync(join('docs', plot!))).toBe(true);
    expect(readFileSync('bench/bulk.ts', 'utf8')).toContain(`docs/${plot}`);
  });
});
