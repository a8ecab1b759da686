import { describe, expect, it } from '@jest/globals';
import { readableLine } from './log-line.ts';

const plain = (_: unknown, text: string) => text;
const line = (entry: object) => readableLine('orders', JSON.stringify(entry), plain);
const time = '2026-01-02T03:04:05.006';

describe('a log line at a terminal', () => {
  it('has time, process, level, message, the request id and all other members', () => {
    const entry = {
      level: 'info',
      time,
      process: 'orders',
      requestId: 'r1',
      status: 200,
      lines: [1],
      msg: 'placed',
    };
    expect(line(entry)).toBe('03:04:05.006 orders    info  placed status=200 lines=[1] requestId=r1');
  });

  it('has the stack of an error below the line', () => {
    const err = { type: 'Error', message: 'no', stack: 'Error: no\n    at here' };
    expect(line({ level: 'error', time, msg: 'failed', err })).toBe(
      '03:04:05.006 orders    error failed\n    Error: no\n        at here',
    );
  });

  it.each(['plain words', '{"not":"a log"}', '{broken', 'null', ''])('keeps %p unchanged', (text) => {
    expect(readableLine('users', text, plain)).toBe(`users     ${text}`);
  });

  it('has a colour for each process, whatever its name, and keeps it', () => {
    const styled = (style: unknown, text: string) => `<${String(style)}>${text}`;
    const names = ['gateway', 'users', 'orders', 'products', 'reviews', 'assistant', 'identity', 'of-a-team'];
    const coloursOf = () => names.map((name) => readableLine(name, '', styled).split('>')[0]);
    const colours = coloursOf();
    expect(new Set(colours).size).toBe(names.length);
    expect(coloursOf()).toEqual(colours);
  });
});
