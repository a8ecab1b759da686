import { describe, expect, it } from '@jest/globals';
import { isServerMessage } from './server-message.ts';

describe('a message that only servers send', () => {
  it.each([
    '{"type":"next","id":"1","payload":{}}',
    '{"id":"1","type":"error","payload":[]}',
    '{"type":"connection_ack"}',
  ])('is known: %s', (text) => expect(isServerMessage(text)).toBe(true));

  it.each([
    '{"type":"ping","payload":{"type":"next"}}',
    '{"id":"1","type":"subscribe","payload":{"query":"{ a }","variables":{"kind":"error"}}}',
    '"next"',
    '["connection_ack"]',
    'null',
    '{"type":"next"',
  ])('is no other one: %s', (text) => expect(isServerMessage(text)).toBe(false));
});
