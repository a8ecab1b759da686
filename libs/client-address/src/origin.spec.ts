import { describe, expect, it } from '@jest/globals';
import { serializeOrigin } from './origin.ts';

describe('an origin', () => {
  it.each([
    ['https', 'shop.example', 'https://shop.example'],
    ['https', 'Shop.Example:443', 'https://shop.example'],
    ['https', 'shop.example:80', 'https://shop.example:80'],
    ['http', 'shop.example:80', 'http://shop.example'],
    ['http', '[2001:DB8::1]:3000', 'http://[2001:db8::1]:3000'],
  ] as const)('of %s at %s is serialized like in browsers: %s', (protocol, host, origin) => {
    expect(serializeOrigin(protocol, host)).toBe(origin);
  });
});
