import { describe, expect, it } from '@jest/globals';
import { isAddressRange, rangesOf } from './trusted-proxies.ts';

const isIn = (range: string, address: string) => rangesOf([range])(address);

describe('a range of addresses', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1', '10.0.0.2'],
    ['10.1.2.3/8', '10.255.0.1', '11.0.0.1'],
    ['2001:DB8::1', '2001:db8::1', '2001:db8::2'],
    ['2001:db8::/32', '2001:db8:ffff::1', '2001:db9::1'],
    ['::ffff:10.0.0.1', '10.0.0.1', '10.0.0.2'],
    ['::ffff:10.0.0.0/104', '10.255.0.1', '11.0.0.1'],
    ['::/1', '1::', '10.0.0.1'],
    ['fe80::1%eth0', 'fe80::1', 'fe80::2'],
    ['loopback', '127.9.9.9', '128.0.0.1'],
    ['loopback', '::1', '::2'],
    ['linklocal', '169.254.1.1', '10.0.0.1'],
    ['linklocal', 'fe80::1', 'fec0::1'],
    ['uniquelocal', '172.31.0.1', '172.32.0.1'],
    ['uniquelocal', 'fd00::1', 'fe00::1'],
  ])('%s contains %s, and not %s', (range, inside, outside) => {
    expect(isAddressRange(range)).toBe(true);
    expect(isIn(range, inside)).toBe(true);
    expect(isIn(range, outside)).toBe(false);
  });

  it.each([
    '',
    'proxy.example',
    '10.0.0.1/33',
    '10.0.0.0/0',
    '10.0.0.1/8/8',
    '::/129',
    '10.0.0.1/',
    'constructor',
  ])('is invalid: %j', (word) => {
    expect(isAddressRange(word)).toBe(false);
  });
});
