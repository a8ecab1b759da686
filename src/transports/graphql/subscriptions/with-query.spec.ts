import { describe, expect, it } from '@jest/globals';
import { withQuery } from './with-query.ts';

describe('a message of a socket', () => {
  it.each([
    { documentId: 'web/home' },
    { documentId: 'web/home', query: null, variables: { n: 1 } },
    { extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } } },
  ])('of a persisted operation gets an empty query: %j', (payload) => {
    const message = { id: '1', type: 'subscribe', payload };
    expect(JSON.parse(withQuery(JSON.stringify(message)))).toEqual({
      ...message,
      payload: { ...payload, query: '' },
    });
  });

  it.each([
    '{"id":"1","type":"subscribe","payload":{"query":"{__typename}"}}',
    '{"id":"1","type":"subscribe","payload":{"documentId":"web/home","query":"{__typename}"}}',
    '{"id":"1","type":"subscribe","payload":{"documentId":"web/home","query":1}}',
    '{"id":"1","type":"subscribe","payload":{"variables":{"documentId":"web/home"}}}',
    '{"id":"1","type":"subscribe","payload":null,"x":"documentId"}',
    '{"type":"ping","payload":{"documentId":"web/home"}}',
    '["documentId"]',
    'null',
    '"documentId"',
    '{"documentId"',
  ])('stays as it is otherwise: %s', (text) => {
    expect(withQuery(text)).toBe(text);
  });
});
