import { describe, expect, it } from '@jest/globals';
import { mediaTypeIn, mediaTypeOf } from './media-type.ts';

const PDF = Buffer.from('%PDF-1.7\nsome text');
const GIF = Buffer.from('GIF89a\x01\x00\x01\x00<script>alert(1)</script>', 'latin1');
const EXECUTABLE = Buffer.concat([Buffer.from('MZ'), Buffer.alloc(200)]);

describe('the media type of a file', () => {
  it.each([
    ['a PDF', PDF, 'application/pdf', 'application/pdf'],
    ['a PDF without a declared type', PDF, undefined, 'application/pdf'],
    ['a PDF of any type', PDF, 'application/octet-stream', 'application/pdf'],
    ['text', Buffer.from('Größe;Preis\n1;2'), 'text/csv', 'text/csv'],
    ['JSON', Buffer.from('{}'), 'application/json', 'application/json'],
    ['text that is cut within a character', Buffer.from('é').subarray(0, 1), 'text/plain', 'text/plain'],
    ['nothing', Buffer.alloc(0), 'text/plain', 'text/plain'],
    ['something unknown', Buffer.from([0, 1, 2, 3]), undefined, 'application/octet-stream'],
    // A polyglot has one type, and is sent by it, never sniffed.
    ['a picture with a script in it', GIF, 'image/gif', 'image/gif'],
  ])('%s', async (_, head, declared, type) => {
    expect(await mediaTypeOf(head, declared)).toBe(type);
  });

  it.each([
    ['a program as a picture', EXECUTABLE, 'image/png'],
    ['a program as text', EXECUTABLE, 'text/plain'],
    ['a picture as text', GIF, 'text/html'],
    ['text as a picture', Buffer.from('text'), 'image/png'],
    ['bytes as text', Buffer.from([0, 1, 2, 3]), 'text/plain'],
    ['other than UTF-8 as text', Buffer.from('Größe\n', 'latin1'), 'text/plain'],
    ['SVG as a picture', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'image/svg+xml'],
  ])('is not %s', async (_, head, declared) => {
    await expect(mediaTypeOf(head, declared)).rejects.toMatchObject({ code: 'UNSUPPORTED_MEDIA_TYPE' });
  });
});

describe('a declared media type', () => {
  it.each([
    ['image/PNG; q=1', 'image/png'],
    ['image/jpg', 'image/jpeg'],
    ['text/html\r\nx: y', undefined],
    ['image', undefined],
    ['', undefined],
  ])('%j is %s', (header, type) => {
    expect(mediaTypeIn(header)).toBe(type);
  });
});
