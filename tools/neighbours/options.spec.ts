import { describe, expect, it } from '@jest/globals';
import { readOptions } from './options.ts';

const groups = ['grpc', 'proxies'];

describe('the options of test:neighbours', () => {
  it('are the quick set of all groups by default', () => {
    expect(readOptions([], groups)).toEqual({
      groups,
      isFull: false,
      mayInstall: false,
      isStockKeepalive: false,
      help: undefined,
    });
  });

  it('name groups and the full set', () => {
    expect(readOptions(['proxies', '--all'], groups)).toMatchObject({ groups: ['proxies'], isFull: true });
  });

  it('reject an unknown group, and list the existing ones', () => {
    expect(() => readOptions(['soap'], groups)).toThrow('No group "soap". Groups: grpc, proxies');
  });

  it('reject an unknown flag', () => {
    expect(() => readOptions(['--al'], groups)).toThrow('--al');
  });

  it('have a help text with every flag and group', () => {
    const { help } = readOptions(['--help'], groups);
    for (const word of ['--all', '--install', '--stock-keepalive', ...groups]) expect(help).toContain(word);
  });
});
