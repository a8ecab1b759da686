import { hash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { AutomaticPersistedQueries } from './automatic-persisted-queries.ts';

const named = (text: string) => ({ version: 1, sha256Hash: hash('sha256', text) });

describe('automatic persisted queries', () => {
  it('are not found until a client has sent the text with its hash, and then by the hash alone', () => {
    const documents = new AutomaticPersistedQueries();
    const request = () => documents.text(undefined, named('{ a }'));
    expect(request).toThrow(
      // The message is what Apollo's clients look for.
      expect.objectContaining({ code: 'PERSISTED_QUERY_NOT_FOUND', detail: 'PersistedQueryNotFound' }),
    );
    expect(documents.text('{ a }', named('{ a }'))).toBe('{ a }');
    expect(request()).toBe('{ a }');
  });

  it('are not kept under the hash of another text', () => {
    const documents = new AutomaticPersistedQueries();
    const poison = () => documents.text('{ evil }', named('{ a }'));
    expect(poison).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }));
    expect(() => documents.text(undefined, named('{ a }'))).toThrow(
      expect.objectContaining({ code: 'PERSISTED_QUERY_NOT_FOUND' }),
    );
  });

  it.each([
    { version: 2, sha256Hash: hash('sha256', '{ a }') },
    { version: '1', sha256Hash: hash('sha256', '{ a }') },
    { version: 1 },
    { version: 1, sha256Hash: 7 },
    {},
  ])('are refused as %j', (given) => {
    expect(() => new AutomaticPersistedQueries().text('{ a }', given)).toThrow(
      expect.objectContaining({ code: 'BAD_REQUEST' }),
    );
  });

  it.each([7, null, ['{ a }']])('are texts: %j is refused', (query) => {
    expect(() => new AutomaticPersistedQueries().text(query, named('{ a }'))).toThrow(
      expect.objectContaining({ code: 'BAD_REQUEST' }),
    );
  });

  it('take 4 million characters at most: the one that was used least recently goes', () => {
    const documents = new AutomaticPersistedQueries();
    const texts = ['a', 'b', 'c'].map((letter) => letter.repeat(1_900_000));
    for (const text of texts) documents.text(text, named(text));
    expect(() => documents.text(undefined, named(texts[0]!))).toThrow(
      expect.objectContaining({ code: 'PERSISTED_QUERY_NOT_FOUND' }),
    );
    expect(documents.text(undefined, named(texts[2]!))).toBe(texts[2]);
  });
});
