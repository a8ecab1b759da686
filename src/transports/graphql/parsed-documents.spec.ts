import { describe, expect, it } from '@jest/globals';
import { parse } from 'graphql';
import { ParsedDocuments } from './parsed-documents.ts';

const textOf = (n: number) => `mutation { a${n}: __typename }`;

describe('the documents of Apollo Server', () => {
  it('are kept, and forgotten after many others, however short they are', async () => {
    const store = new ParsedDocuments();
    const first = parse(textOf(0));
    await store.set('0', first);
    expect(await store.get('0')).toBe(first);
    for (let n = 1; n < 5_000; n += 1) await store.set(`${n}`, parse(textOf(n)));
    expect(await store.get('0')).toBeUndefined();
    expect(await store.get('4999')).toBeDefined();
  });
});
