import { describe, expect, it } from '@jest/globals';
import { attachment, fileName, inline } from './file-name.ts';

describe('a file name that a client has sent', () => {
  it.each([
    ['report.pdf', 'report.pdf'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\ada\\photo.png', 'photo.png'],
    ['..', 'file'],
    ['', 'file'],
    ['   .hidden', 'hidden'],
    ['a\r\nSet-Cookie: x=1.txt', 'aSet-Cookie_ x=1.txt'],
    ['invoice\u202Efdp.exe', 'invoicefdp.exe'],
    ['a"b<c>d|e?f*.txt', 'a_b_c_d_e_f_.txt'],
    ['Rechnung für Ada.pdf', 'Rechnung für Ada.pdf'],
    ['report.', 'report'],
  ])('%j becomes %j', (given, name) => {
    expect(fileName(given)).toBe(name);
  });

  it('is shortened, but keeps its extension', () => {
    const name = fileName(`${'ä'.repeat(400)}.jpeg`);
    expect(name).toHaveLength(150);
    expect(name.endsWith('ä.jpeg')).toBe(true);
  });
});

describe('Content-Disposition', () => {
  it('has an ASCII name, and the whole one encoded', () => {
    expect(attachment('Größe "1".txt')).toBe(
      `attachment; filename="Gr??e _1_.txt"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20_1_.txt`,
    );
    expect(attachment('plain.txt')).toBe('attachment; filename=plain.txt');
    expect(attachment(undefined)).toBe('attachment');
    expect(inline('a b.png')).toBe('inline; filename="a b.png"');
  });
});
