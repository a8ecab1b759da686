import { availableParallelism } from 'node:os';
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
      workers: Math.min(availableParallelism() + 1, 16),
      retries: false,
      help: undefined,
    });
  });

  it('name groups and the full set', () => {
    expect(readOptions(['proxies', '--all'], groups)).toMatchObject({ groups: ['proxies'], isFull: true });
  });

  it('name how many files run at once, and whether failed ones run again', () => {
    expect(readOptions(['--workers', '1', '--retry'], groups)).toMatchObject({ workers: 1, retries: true });
  });

  it.each(['0', '17', '1.5', '-1', 'two', ''])('reject %j files at once', (value) => {
    expect(() => readOptions([`--workers=${value}`], groups)).toThrow(
      `--workers is a whole number from 1 to 16, not "${value}"`,
    );
  });

  it('reject an unknown group, and list the existing ones', () => {
    expect(() => readOptions(['soap'], groups)).toThrow('No group "soap". Groups: grpc, proxies');
  });

  it('reject an unknown flag', () => {
    expect(() => readOptions(['--al'], groups)).toThrow('--al');
  });

  it('have a help text with every flag and group', () => {
    const { help } = readOptions(['--help'], groups);
    for (const word of ['--all', '--install', '--stock-keepalive', '--workers', '--retry', ...groups])
      expect(help).toContain(word);
  });
});
