import { describe, expect, it } from '@jest/globals';
import { digestIn, nameIn } from './upload-headers.ts';

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

describe('the hash of a body', () => {
  const value = 'XrY7u+Ae7tCTyyK7j1rNww==';
  const sha256 = `sha-256=:${'A'.repeat(43)}=:`;

  it.each([sha256, `md5=:${value}:, ${sha256}`, `${sha256};a=1;b`, `md5=:${value}:;a ,\t${sha256} `])(
    'is read from %s',
    (header) => {
      expect(digestIn({ 'content-digest': header }, 'Content-Digest')).toEqual({
        algorithm: 'sha256',
        value: Buffer.alloc(32),
      });
    },
  );

  it.each([`${sha256},`, `${sha256} ;a=1`, 'sha-256=abc', `sha-256=:${value}:`])('is refused in %s', (header) => {
    expect(() => digestIn({ 'content-digest': header }, 'Content-Digest')).toThrow();
  });
});
