import { describe, expect, it } from '@jest/globals';
import { MAX_HEADER_BYTES, parseProxyHeader } from './proxy-header.ts';
import { v2Header } from './proxy-header.fixture.ts';

const text = (line: string) => parseProxyHeader(Buffer.from(line, 'latin1'));

/** The results for every prefix of a header, and for the whole. */
const stages = (header: Buffer) => [
  ...new Set(Array.from(header, (_, length) => parseProxyHeader(header.subarray(0, length)))),
  parseProxyHeader(Buffer.concat([header, Buffer.from('GET / HTTP/1.1\r\n')])),
];

describe('version 1', () => {
  it.each([
    ['PROXY TCP4 203.0.113.7 10.0.0.1 40001 443\r\n', { address: '203.0.113.7', port: 40_001 }],
    ['PROXY TCP6 2001:DB8:0::1 ::1 1 65535\r\n', { address: '2001:db8::1', port: 1 }],
    ['PROXY TCP6 ::ffff:203.0.113.7 ::1 1 65535\r\n', { address: '203.0.113.7', port: 1 }],
    ['PROXY UNKNOWN\r\n', undefined],
    ['PROXY UNKNOWN ffff:f...f:ffff 65535 whatever\r\n', undefined],
  ])('has the source of a connection, also if received in chunks: %j', (line, peer) => {
    expect(stages(Buffer.from(line))).toEqual(['incomplete', { length: line.length, peer }]);
  });

  it.each([
    'GET / HTTP/1.1\r\n',
    'proxy TCP4 203.0.113.7 10.0.0.1 1 2\r\n',
    'PROXY  TCP4 203.0.113.7 10.0.0.1 1 2\r\n',
    'PROXY TCP4 203.0.113.7 10.0.0.1 1\r\n',
    'PROXY TCP4 203.0.113.7 10.0.0.1 1 2 3\r\n',
    'PROXY TCP4 203.0.113.7 10.0.0.1 1 65536\r\n',
    'PROXY TCP4 2001:db8::1 ::1 1 2\r\n',
    'PROXY TCP6 203.0.113.7 10.0.0.1 1 2\r\n',
    'PROXY TCP4 203.0.113.7 unknown 1 2\r\n',
    'PROXY UDP4 203.0.113.7 10.0.0.1 1 2\r\n',
    'PROXY UNKNOWNS\r\n',
    'PROXY TCP4 203.0.113.7\r\n',
    `PROXY UNKNOWN ${'x'.repeat(92)}\r\n`,
    `PROXY ${'x'.repeat(101)}`,
  ])('is malformed: %j', (line) => {
    expect(text(line)).toBe('malformed');
  });
});

describe('version 2', () => {
  const tlvs = Buffer.from([0x01, 0x00, 0x02, 0x68, 0x32, 0xee, 0x00, 0x01, 0x00]);

  it.each([
    ['TCP over IPv4', v2Header({ from: '203.0.113.7' }), { address: '203.0.113.7', port: 40_001 }],
    ['TCP over IPv6', v2Header({ from: '2001:db8::1' }), { address: '2001:db8::1', port: 40_001 }],
    ['IPv4-mapped', v2Header({ from: '::ffff:203.0.113.7' }), { address: '203.0.113.7', port: 40_001 }],
    ['extensions', v2Header({ from: '203.0.113.7', tlvs }), { address: '203.0.113.7', port: 40_001 }],
    ['a Unix socket', v2Header({ family: 0x31, body: Buffer.alloc(216) }), undefined],
    ['an unspecified family', v2Header({ family: 0x00, body: tlvs }), undefined],
    ['a health check', v2Header({ command: 0x20, family: 0x00 }), undefined],
    ['a health check with addresses', v2Header({ command: 0x20, from: '203.0.113.7' }), undefined],
    ['a health check of an unknown family', v2Header({ command: 0x20, family: 0x77, body: tlvs }), undefined],
  ])('has the source of a connection, also if received in chunks: %s', (_what, header, peer) => {
    expect(stages(header)).toEqual(['incomplete', { length: header.length, peer }]);
  });

  it('is read up to the maximum length', () => {
    const longest = v2Header({ from: '203.0.113.7', tlvs: Buffer.alloc(MAX_HEADER_BYTES - 28) });
    expect(parseProxyHeader(longest)).toMatchObject({ length: MAX_HEADER_BYTES });
  });

  it.each([
    ['another version', v2Header({ command: 0x11, from: '203.0.113.7' })],
    ['another command', v2Header({ command: 0x22, from: '203.0.113.7' })],
    ['datagrams', v2Header({ family: 0x12, body: Buffer.alloc(12) })],
    ['an unknown family', v2Header({ family: 0x41, body: Buffer.alloc(12) })],
    ['too few bytes for its addresses', v2Header({ family: 0x21, body: Buffer.alloc(35) })],
    ['another signature', Buffer.from('\r\n\r\n\0\r\nQUIT\r', 'latin1')],
    ['more bytes than the maximum', v2Header({ from: '203.0.113.7', tlvs: Buffer.alloc(MAX_HEADER_BYTES) })],
  ])('is malformed with %s, as soon as that can be detected', (_what, header) => {
    expect(parseProxyHeader(header.subarray(0, 16))).toBe('malformed');
  });
});
