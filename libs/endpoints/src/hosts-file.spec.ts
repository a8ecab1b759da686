import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inHostsFile } from './hosts-file.ts';

describe('the hosts file', () => {
  let folder: string;
  let file: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hosts-'));
    file = join(folder, 'hosts');
    const lines = [
      '# 10.0.0.9 orders',
      '10.0.0.1\torders orders.test # the first',
      '  10.0.0.2   Orders.Test\r',
      '10.0.0.2 orders.test',
      '::1 localhost ip6-localhost',
      'orders.test 10.0.0.3',
      '10.0.0 orders.test',
      '10.0.0.4 xorders.test',
      '',
    ];
    await writeFile(file, lines.join('\n'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each([
    ['orders.test', ['10.0.0.1', '10.0.0.2']],
    ['ORDERS.test.', ['10.0.0.1', '10.0.0.2']],
    ['orders', ['10.0.0.1']],
    ['localhost', ['::1']],
    ['test', []],
    ['10.0.0.1', []],
  ])('knows %s as %j', async (name, ips) => {
    expect(await inHostsFile(name, file)).toEqual(ips);
  });

  it('has no names if it is missing', async () => {
    expect(await inHostsFile('orders', join(folder, 'none'))).toEqual([]);
  });
});
