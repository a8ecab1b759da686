import { describe, expect, it } from '@jest/globals';
import { readOptions } from './options.ts';

const groups = ['grpc', 'proxies'];

describe('the options of test:neighbours', () => {
  it('are the quick set of all groups unless something is given', () => {
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

  it('refuse a group that is unknown, and list those there are', () => {
    expect(() => readOptions(['soap'], groups)).toThrow('No group "soap". Groups: grpc, proxies');
  });

  it('refuse a flag that is unknown', () => {
    expect(() => readOptions(['--al'], groups)).toThrow('--al');
  });

  it('explain themselves with every flag and group', () => {
    const { help } = readOptions(['--help'], groups);
    for (const word of ['--all', '--install', '--stock-keepalive', ...groups]) expect(help).toContain(word);
  });
});
