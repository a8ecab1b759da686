import { describe, expect, it } from '@jest/globals';
import { jsonDecoder } from './json-decoder.ts';

const decoded = (type: string | string[] | undefined, body: Buffer) => jsonDecoder(type)?.(body);

describe('the decoder of JSON', () => {
  it.each([
    'application/json',
    'Application/JSON ; charset="utf-8"',
    'application/json;charset=UTF8',
    'application/problem+json',
    'application/vnd.shop.v1+json;profile=a',
    'model/gltf+json',
    'text/json',
    "application/json; charset='utf-8'",
    'application/json; charset=utf8mb4',
    'application/json; charset=',
    'application/json, charset=utf-8',
    'application/json, application/json;charset=utf-8',
    'application/vnd.api+json; profile="https://example.com/a,b"',
    'application/json; charset=ISO-8859-1',
    'application/json, charset=us-ascii',
  ])('reads %s as UTF-8', (type) => {
    expect(decoded(type, Buffer.from('"Ада ✓"'))).toBe('"Ада ✓"');
  });

  it.each([
    ['ISO-8859-1', Buffer.from('"Renée"', 'latin1'), '"Renée"'],
    ['windows-1252', Buffer.from([0x22, 0x80, 0x22]), '"€"'],
    ['utf-16le', Buffer.from('"Ада"', 'utf16le'), '"Ада"'],
  ])('reads the charset that the type names: %s', (charset, body, text) => {
    expect(decoded(`application/json;charset=${charset}`, body)).toBe(text);
  });

  it.each([
    undefined,
    'text/html',
    'text/plain; note=json',
    'application/jsonp',
    'application/json-seq',
    'application/x+json2',
    'application/json, text/html',
    'text/html, charset=utf-8',
    'charset=utf-8, application/json',
    'application/json charset=utf-8',
  ])('reads nothing of %s', (type) => {
    expect(jsonDecoder(type)).toBeUndefined();
  });

  it.each([
    ['gbk', [0xc4, 0xa3], '模'],
    ['euc-kr', [0xc2, 0xa1], '징'],
    ['big5', [0xc3, 0xa1], '獺'],
  ])('reads %s as it says, though its bytes are valid UTF-8', (charset, bytes, text) => {
    expect(decoded(`application/json;charset=${charset}`, Buffer.from([0x22, ...bytes, 0x22]))).toBe(`"${text}"`);
  });

  it('reads a type that was sent twice, unless the second is another', () => {
    expect(decoded(['application/json', 'application/json'], Buffer.from('1'))).toBe('1');
    expect(jsonDecoder(['application/json', 'text/html'])).toBeUndefined();
  });
});
