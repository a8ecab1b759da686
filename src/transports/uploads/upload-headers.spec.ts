import { describe, expect, it } from '@jest/globals';
import { nameIn } from './upload-headers.ts';

/** As Node reads it. */
const read = (bytes: Buffer) => bytes.toString('latin1');

describe('the name of an uploaded file', () => {
  it.each([
    ['UTF-8', Buffer.from('inline; filename="Grün.png"'), 'Grün.png'],
    ['Latin-1', Buffer.from('inline; filename="Grün.png"', 'latin1'), 'Grün.png'],
    ['RFC 8187', Buffer.from(`inline; filename="Gr.png"; filename*=UTF-8''Gr%C3%BCn.png`), 'Grün.png'],
  ])('is read from %s', (_, bytes, name) => {
    expect(nameIn({ 'content-disposition': read(bytes) })).toBe(name);
  });
});
