import { CertificateAuthority } from '#libs/testing';
import { describe, expect, it } from '@jest/globals';
import { certificatesOf } from './pem-certificates.ts';

const authority = new CertificateAuthority();
const { cert, key } = authority.issue('localhost');
const labelled = (label: string) => cert.replaceAll(' CERTIFICATE', ` ${label}`);

describe('the certificates of a text', () => {
  it('are in its order, whatever stands between them', () => {
    const text = `${cert}subject=CN = x\n${key}\n${authority.cert.replaceAll('\n', '\r\n')}`;
    expect(certificatesOf(text).map(({ ca }) => ca)).toEqual([false, true]);
    expect(certificatesOf(key)).toEqual([]);
  });

  it.each(['CERTIFICATE', 'X509 CERTIFICATE', 'TRUSTED CERTIFICATE'])(
    'may be labelled %s, as OpenSSL reads',
    (one) => {
      expect(certificatesOf(labelled(one) + authority.cert).map(({ subject }) => subject)).toEqual([
        'CN=localhost',
        expect.any(String),
      ]);
    },
  );

  it('may follow byte order marks, and have spaces and no line break at their end', () => {
    const text = `\uFEFF${cert.trimEnd()}  \r\n\uFEFF${authority.cert.trimEnd()}`;
    for (const one of [text, Buffer.from(text).toString('latin1')])
      expect(certificatesOf(one).map(({ ca }) => ca)).toEqual([false, true]);
  });

  it.each([
    ['the last is being written', cert + authority.cert.slice(0, 90)],
    ['the first has lost its end', cert.slice(0, 90) + authority.cert],
    ['they are joined without a line break', cert.trimEnd() + authority.cert],
    ['the second is on the line of a comment', `${cert}# ${authority.cert}`],
    ['one is on one line', cert.replaceAll('\n', '') + authority.cert],
    ['one is indented, as out of YAML', cert.replaceAll(/^/gm, '  ')],
    ['one is cut inside', cert.replace(/MII.{20}/, 'MII')],
  ])('are refused where %s', (_, text) => {
    expect(() => certificatesOf(text)).toThrow();
  });
});
