import { describe, expect, it } from '@jest/globals';
import { inUtf8 } from './in-utf8.ts';

/** As Node reads it. */
const read = (bytes: Buffer) => bytes.toString('latin1');

describe('the text of a header', () => {
  it.each([
    ['in ASCII', Buffer.from('1-0'), '1-0'],
    ['in UTF-8', Buffer.from('größer 中文 🎁'), 'größer 中文 🎁'],
    ['in Latin-1', Buffer.from('größer', 'latin1'), 'größer'],
  ])('is read as it is sent: %s', (_, bytes, text) => {
    expect(inUtf8(read(bytes))).toBe(text);
  });
});
