import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { buildSchema } from 'graphql';
import { idOf, OperationFolders } from './released.fixture.ts';
import { releasedOperationsIn } from './released-operations.ts';

const schema = buildSchema('type Query { page(first: Int): Int }');
const TEXT = '# The page.\nquery Page { page }\n';
const HASH = idOf(TEXT).slice('sha256:'.length);

let folders: OperationFolders;
beforeEach(() => {
  folders = new OperationFolders();
});
afterEach(() => folders.remove());

const read = () => releasedOperationsIn(folders.released, schema);

describe('released operations', () => {
  it('are read from the files that the list names', () => {
    folders.release({ text: TEXT, ids: ['web/page', 'mobile/page'], releases: ['1.0.0', '1.1.0'] });
    const { operations, outdated } = read();
    expect(operations.get(HASH)).toMatchObject({
      id: `sha256:${HASH}`,
      sha256: HASH,
      text: TEXT,
      ids: ['web/page', 'mobile/page'],
      releases: ['1.0.0', '1.1.0'],
      isPersisted: true,
    });
    expect(outdated).toEqual([]);
  });

  it('are none in a folder without a list, or without a folder', () => {
    expect(read().operations.size).toBe(0);
    expect(releasedOperationsIn(join(folders.root, 'none'), schema).operations.size).toBe(0);
  });

  it('that do not fit the schema any more are kept and named, since old apps may still send them', () => {
    folders.release({ text: 'query Page { sheet }' });
    const { operations, outdated } = read();
    expect(operations.size).toBe(1);
    expect(outdated).toEqual([
      {
        operation: expect.objectContaining({ ids: ['web/page'] }),
        reason: 'Cannot query field "sheet" on type "Query". (line 1)',
      },
    ]);
  });

  it.each([
    ['a file that was changed', (file: string) => writeFileSync(file, `${TEXT} `), /has the SHA-256 [0-9a-f]{64}/],
    [
      'a file that a tool gave other ends of lines',
      (file: string) => writeFileSync(file, TEXT.replaceAll('\n', '\r\n')),
      /has the SHA-256/,
    ],
    [
      'a file that is not listed',
      (file: string) => writeFileSync(file.replace(HASH, 'other'), TEXT),
      /operations\/other\.graphql: is not listed in operations\.json/,
    ],
    [
      'a file whose name has capitals',
      (file: string) => writeFileSync(file.replace(HASH, HASH.toUpperCase()), TEXT),
      /operations\/[0-9A-F]{64}\.graphql: is not listed/,
    ],
  ])('refuse %s', (_, spoil, message) => {
    folders.release({ text: TEXT });
    spoil(join(folders.released, 'operations', `${HASH}.graphql`));
    expect(read).toThrow(message);
  });

  const entry = { sha256: HASH, ids: ['web/page'], releases: ['1.0.0'] };
  it.each([
    ['no list', [], /is not listed/],
    [
      'a missing file',
      [entry, { ...entry, sha256: '0'.repeat(64) }],
      /0{64}\.graphql: is listed .* does not exist/,
    ],
    ['a text twice', [entry, entry], /lists [0-9a-f]{64} twice|does not exist/],
    [
      'capitals',
      [{ ...entry, sha256: HASH.toUpperCase() }],
      /0\.sha256 must be 64 hexadecimal digits in lower case/,
    ],
    ['no id', [{ ...entry, ids: [] }], /0\.ids /],
    [
      'a sunset without a notice',
      [{ ...entry, retired: { sunset: '2027-01-01' } }],
      /0\.retired\.since must be a date/,
    ],
    [
      'an end before its notice',
      [{ ...entry, retired: { since: '2027-01-02', sunset: '2027-01-02' } }],
      /0\.retired\.sunset must be later than/,
    ],
    [
      'a day that there is not',
      [{ ...entry, retired: { since: '2027-01-02', sunset: '2027-02-30' } }],
      /0\.retired\.sunset must be a date/,
    ],
    [
      'a link for scripts',
      [{ ...entry, retired: { since: '2027-01-01', sunset: '2027-02-01', link: 'javascript:alert()' } }],
      /0\.retired\.link must be an http/,
    ],
    ['an unknown member', [{ ...entry, retire: true }], /Unrecognized key/],
  ])('refuse a list with %s', (_, list, message) => {
    folders.release({ text: TEXT }).list(list);
    expect(read).toThrow(message);
  });

  it('refuse a list that is not JSON, and name every other mistake at once', () => {
    folders.release({ text: TEXT }, { text: 'query Half {' }, { text: '{ page } query B { page }' });
    expect(read).toThrow(/Syntax Error[^]*must have one operation|must have one operation[^]*Syntax Error/);
    writeFileSync(join(folders.released, 'operations.json'), '[');
    expect(read).toThrow(/operations\.json: is not JSON/);
  });

  it('of this release are what the list says', () => {
    const committed = buildSchema(readFileSync('schema.graphql', 'utf8'));
    const { operations } = releasedOperationsIn('released', committed);
    expect([...operations.values()].flatMap(({ ids }) => ids)).toContain('web/home');
  });
});
