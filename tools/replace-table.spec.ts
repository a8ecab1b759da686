import { describe, expect, it } from '@jest/globals';
import { replaceTable } from './replace-table.ts';

const OTHER = '| Key | Type |\n| --- | --- |\n| a | set |';
const TABLE = '| Key | Lifetime |\n| --- | --- |\n| a | 1 s |';
const NEW = `${TABLE}\n| b | 2 s |`;

describe('a table of a page', () => {
  it('is replaced by the one with the same columns, and the rest stays', () => {
    const page = `# Keys\n\n${OTHER}\n\n${TABLE}\n\nEnd | of | page.\n`;
    expect(replaceTable(page, NEW)).toBe(`# Keys\n\n${OTHER}\n\n${NEW}\n\nEnd | of | page.\n`);
  });

  it('may be the end of the page', () => {
    expect(replaceTable(`${TABLE}\n`, NEW)).toBe(`${NEW}\n`);
  });

  it('that is missing or there twice is an error, which names its columns', () => {
    expect(() => replaceTable(`${OTHER}\n`, NEW)).toThrow('There is no table with the columns | Key | Lifetime |');
    expect(() => replaceTable(`${TABLE}\n\n${TABLE}\n`, NEW)).toThrow('There are several tables with the columns');
  });
});
