import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { buildSchema } from 'graphql';
import { persistedOperationsIn } from '#gateway/transports/graphql/documents/persisted-operations';
import { entriesIn, releasedOperationsIn } from '#gateway/transports/graphql/documents/released-operations';
import { idOf, OperationFolders } from '#gateway/transports/graphql/documents/released.fixture';
import { releaseOperations } from './release-operations.ts';

const schema = buildSchema('type Query { page: Int sheet: Int }');
const [FIRST, SECOND] = ['query Page { page }', 'query Page { page sheet }'];

let folders: OperationFolders;
beforeEach(() => {
  folders = new OperationFolders();
});
afterEach(() => folders.remove());

function release(version: string, texts: Record<string, string>): string[] {
  const operations = [...persistedOperationsIn(folders.today(texts).clients, schema).values()];
  return releaseOperations(folders.released, operations, version, schema);
}

describe('a release of operations', () => {
  it('adds their texts by hash, and keeps those of earlier releases', () => {
    expect(release('1.0.0', { 'web/page': FIRST })).toEqual([`new       web/page ${idOf(FIRST)}`]);
    release('1.1.0', { 'web/page': SECOND });
    const { operations } = releasedOperationsIn(folders.released, schema);
    expect([...operations.values()].map(({ text, releases }) => [text, releases])).toEqual([
      [FIRST, ['1.0.0']],
      [SECOND, ['1.1.0']],
    ]);
    expect(readdirSync(join(folders.released, 'operations'))).toHaveLength(2);
  });

  it('puts a text last that is released again, and changes nothing if it is repeated', () => {
    release('1.0.0', { 'web/page': FIRST });
    release('1.1.0', { 'web/page': SECOND });
    expect(release('1.2.0', { 'web/page': FIRST })).toEqual([`unchanged web/page ${idOf(FIRST)}`]);
    const list = readFileSync(join(folders.released, 'operations.json'), 'utf8');
    release('1.2.0', {});
    expect(readFileSync(join(folders.released, 'operations.json'), 'utf8')).toBe(list);
    expect(entriesIn(folders.released).map(({ releases }) => releases)).toEqual([['1.1.0'], ['1.0.0', '1.2.0']]);
  });

  it('keeps the ids of one text together, and how it is retired', () => {
    release('1.0.0', { 'web/page': FIRST, 'app/page': FIRST });
    const retired = { since: '2027-01-01', sunset: '2027-02-01' };
    folders.list(entriesIn(folders.released).map((entry) => ({ ...entry, retired })));
    release('1.1.0', {});
    expect(entriesIn(folders.released)).toEqual([
      {
        sha256: idOf(FIRST).slice(7),
        ids: ['app/page', 'web/page'],
        releases: ['1.0.0', '1.1.0'],
        retired,
      },
    ]);
  });

  it('writes nothing where a released file was changed', () => {
    release('1.0.0', { 'web/page': FIRST });
    writeFileSync(join(folders.released, 'operations', `${idOf(FIRST).slice(7)}.graphql`), SECOND);
    expect(() => release('1.1.0', { 'web/page': SECOND })).toThrow(/has the SHA-256/);
    expect(entriesIn(folders.released)).toHaveLength(1);
  });
});
