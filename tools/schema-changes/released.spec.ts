import { OperationFolders } from '#gateway/transports/graphql/documents/released.fixture';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { buildSchema } from 'graphql';
import { brokenOperations, keptOperations, nameOf } from './released.ts';

const old = buildSchema('type Query { page: Int sheet: Int }');
const now = buildSchema('type Query { page: Int }');
const text = 'query Sheet { sheet }';

let folders: OperationFolders;
beforeEach(() => {
  folders = new OperationFolders();
});
afterEach(() => folders.remove());

const broken = () => brokenOperations(keptOperations(folders.released, old), old, now);

describe('an operation of a released client', () => {
  it('is broken by a schema that it does not fit any more, even before its announced end', () => {
    const retired = { since: '2026-01-01', sunset: '2999-01-01' };
    folders.release({ text, retired }, { text: 'query Page { page }' });
    expect(broken()).toEqual([
      expect.stringMatching(
        /^web\/page \(1\.0\.0\): Cannot query field "sheet" .* keep what it needs until it has ended\.$/,
      ),
    ]);
  });

  it('is not broken by it once it has ended', () => {
    folders.release({ text, retired: { since: '2026-01-01', sunset: '2026-02-01' } });
    expect(broken()).toEqual([]);
  });

  it('is not broken by it if it did not fit the last release either', () => {
    folders.release({ text: 'query Other { other }' });
    expect(broken()).toEqual([]);
  });

  it.each([
    [['1.0.0'], 'web/page (1.0.0)'],
    [['1.0.0', '1.1.0', '2.0.0'], 'web/page (1.0.0 … 2.0.0)'],
  ])('of the releases %j is named %s', (releases, name) => {
    expect(nameOf({ ids: ['old/page', 'web/page'], releases })).toBe(name);
  });
});
