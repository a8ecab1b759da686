import { isIP } from 'node:net';
import { seededRandom } from '#libs/testing';
import { describe, expect, it } from '@jest/globals';
import { addressKey } from './address-key.ts';
import { parseAddress } from './ip-address.ts';

describe('an address in the formats of proxies', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.7:40001', '203.0.113.7'],
    ['203.0.113.7:_port', '203.0.113.7'],
    ['2001:db8::1', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['[2001:db8::1]:_443', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['[fe80::1%25eth0]:80', 'fe80::1'],
  ])('%s has no port, brackets and zone when parsed: %s', (text, address) => {
    expect(parseAddress(text)).toBe(address);
  });

  it.each([
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:cb00:7107', '203.0.113.7'],
    ['0:0:0:0:0:ffff:203.0.113.7', '203.0.113.7'],
    ['[::ffff:203.0.113.7]:80', '203.0.113.7'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:0db8::0001', '2001:db8::1'],
    ['2001:db8:0:1:0:0:0:1', '2001:db8:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['64:ff9b::203.0.113.7', '64:ff9b::cb00:7107'],
  ])('%s is normalized to %s (RFC 5952)', (text, address) => {
    expect(parseAddress(text)).toBe(address);
  });

  it.each([
    '',
    'unknown',
    '_hidden',
    'localhost',
    '203.0.113',
    '203.0.113.256',
    '203.0.113.007',
    '203.0.113.7:',
    '203.0.113.7:123456',
    '203.0.113.7:port',
    ':80',
    '3405803783',
    '[203.0.113.7]',
    '[2001:db8::1',
    '2001:db8::1]',
    '[2001:db8::1]:',
    '[2001:db8::1]:443x',
    '[]:443',
    'x203.0.113.7:443',
    '[2001:db8::1]x',
    '2001:db8::1::2',
    '1:2:3:4:5:6:7:8:9',
    '%eth0',
  ])('%j is not an address', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });
});

describe('random addresses', () => {
  const random = seededRandom(7_239);
  const below = (max: number) => Math.floor(random() * max);
  /** Eight groups, many of them zero. */
  const someGroups = () => Array.from({ length: 8 }, () => (random() < 0.5 ? 0 : below(0x1_0000)));
  const longest = (groups: readonly number[]) =>
    groups.map((group) => group.toString(16).padStart(4, '0')).join(':');
  /** Its serialization by WHATWG's URL, which follows RFC 5952. */
  const byUrl = (address: string) => new URL(`http://[${address}]/`).hostname.slice(1, -1);

  it('are normalized to RFC 5952 from any notation', () => {
    for (let time = 0; time < 2_000; time += 1) {
      const written = longest(someGroups());
      const address = byUrl(written);
      for (const text of [
        written.toUpperCase(),
        address,
        `[${written}]:${below(65_536)}`,
        `${address}%${below(9)}`,
      ])
        expect(parseAddress(text)).toBe(address);
      expect(addressKey(address)).toBe(addressKey(written));
    }
  });

  it('are not found in other text, of any length', () => {
    const letters = '0123456789abcdef:::...[]%"_, x';
    for (let time = 0; time < 20_000; time += 1) {
      const text = Array.from({ length: below(24) }, () => letters[below(letters.length)]).join('');
      const address = parseAddress(text);
      expect(address === undefined || isIP(address) > 0).toBe(true);
      expect(parseAddress(address ?? '')).toBe(address);
    }
  });
});

describe('the key of a client', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['192.0.2.7:40001', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['[2001:db8:1:2:3:4:5:6]:443', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['1::', '1:0:0:0::/64'],
    ['64:ff9b::192.0.2.7', '192.0.2.7'],
    ['64:ff9b:1::192.0.2.7', '64:ff9b:1:0::/64'],
    ['', ''],
  ])('at %s is %s', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });
});
