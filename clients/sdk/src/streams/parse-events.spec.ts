import { describe, expect, it } from '@jest/globals';
import { EventParser } from './parse-events.ts';

const TEXT =
  'retry: 1500\n\nid: 7\nevent: status\ndata: {"a":\ndata:1}\n\n:\n\ndata: é\r\n\r\nevent: empty\n\nid\ndata: last\r\r';
const EVENTS = [
  { id: '7', event: 'status', data: '{"a":\n1}' },
  { id: undefined, event: 'message', data: 'é' },
  { id: '', event: 'message', data: 'last' },
];

describe('the parser of server-sent events', () => {
  it.each([1, 2, 3, 7, 1_000])('reads the same events in pieces of %d characters', (size) => {
    const parser = new EventParser();
    const pieces = TEXT.match(new RegExp(`[^]{1,${size}}`, 'g'))!;
    // A CR at the end may be half of a line end: only what follows tells.
    expect([...pieces, ':'].flatMap((piece) => parser.push(piece))).toEqual(EVENTS);
    expect([parser.retryMs, parser.lastId]).toEqual([1500, '']);
  });

  it('ignores a byte order mark, unknown fields, ids with NUL and reconnection times that are no number', () => {
    const parser = new EventParser();
    expect(parser.push('\uFEFFid: a\0\nretry: soon\nother: 1\ndata: x\n\n')).toEqual([
      { id: undefined, event: 'message', data: 'x' },
    ]);
    expect(parser.retryMs).toBeUndefined();
  });

  it('drops an event that was not completed', () => {
    expect(new EventParser().push('data: half\n')).toEqual([]);
  });
});
