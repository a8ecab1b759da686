import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { type Acceptance, verdictOn } from './accepted.ts';

const gone = {
  what: 'Book.coverUrl was removed.',
  isBreaking: true,
  coordinate: 'Book',
  operations: ['web/covers', 'app/covers'],
};
const unused = { what: 'Book.author was removed.', isBreaking: true, coordinate: 'Book', operations: [] };
const news = {
  what: 'PLAY was added to enum type Genre.',
  isBreaking: false,
  coordinate: 'Genre',
  operations: [],
};
const acceptance: Acceptance = { reason: 'Nobody has covers.', changes: [gone.what] };

describe('changes since a release', () => {
  it('are releasable if there are none, or no breaking ones', () => {
    expect(verdictOn([], [], [])).toEqual({
      lines: ['0 breaking changes, 0 of them accepted; 0 others'],
      isAcceptable: true,
    });
    expect(verdictOn([news], [], []).isAcceptable).toBe(true);
  });

  it.each([[[gone]], [[unused]]])('are not releasable with a breaking one, in use or not: %j', (changes) => {
    expect(verdictOn(changes, [], []).isAcceptable).toBe(false);
  });

  it('name the affected client operations, and the reasons of accepted changes', () => {
    const { lines, isAcceptable } = verdictOn([gone, unused, news], [acceptance], []);
    expect(isAcceptable).toBe(false);
    expect(lines).toEqual([
      'ACCEPTED Book.coverUrl was removed. Used by: web/covers, app/covers. Accepted: Nobody has covers.',
      'BREAKS   Book.author was removed. No operation of clients uses it.',
      'CHANGES  PLAY was added to enum type Genre. No operation of clients uses it.',
      '2 breaking changes, 1 of them accepted; 1 others',
    ]);
    expect(verdictOn([gone, news], [acceptance], []).isAcceptable).toBe(true);
  });

  it('are not releasable if another change was accepted, or an operation does not match', () => {
    expect(verdictOn([news], [acceptance], [])).toMatchObject({
      isAcceptable: false,
      lines: expect.arrayContaining([expect.stringMatching(/^GONE {5}Book\.coverUrl was removed\./)]),
    });
    expect(verdictOn([], [], ['clients/web/covers.graphql: no such field'])).toMatchObject({
      isAcceptable: false,
      lines: expect.arrayContaining(['WRONG    clients/web/covers.graphql: no such field']),
    });
  });

  it('require a reason to be accepted', () => {
    const accepted = JSON.parse(readFileSync('released/accepted.json', 'utf8')) as Acceptance[];
    for (const { reason, changes } of accepted) {
      expect(reason).toMatch(/^[A-Z].{20,}\.$/s);
      expect(changes.length).toBeGreaterThan(0);
    }
  });
});
