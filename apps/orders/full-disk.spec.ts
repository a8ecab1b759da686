import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { ordersForTests, user } from './orders.fixture.ts';

const start = ordersForTests();
const dataDir = mkdtempSync(join(tmpdir(), 'atrium-orders-full-'));
const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', dataDir]).status === 0;
afterAll(() => {
  if (isMounted) spawnSync('umount', ['--lazy', dataDir]);
  rmSync(dataDir, { recursive: true });
});
const onMount = isMounted ? describe : describe.skip;

onMount(`orders on a full disk${isMounted ? '' : ' (only root may mount one)'}`, () => {
  it('are refused whole, those before them are read, and are placed again when there is room', async () => {
    const ada = user('ada');
    const service = await start({ dataDir });
    const place = (requestId: string) =>
      service.place(ada, { requestId }).then(
        ({ id }) => id,
        (error: { code: number; details: string }) => `${error.code} ${error.details}`,
      );
    const filling = join(dataDir, 'filling');
    const placed = [await place('q')];
    for (let bytes = 4_194_304; bytes >= 4_096; bytes /= 2)
      try {
        writeFileSync(filling, Buffer.alloc(bytes), { flag: 'a' });
      } catch {
        // Smaller ones may still fit.
      }
    let answer = '';
    for (let n = 0; !answer.startsWith('14') && n < 500; n += 1) {
      answer = await place(`q${n}`);
      if (!/^\d+ /.test(answer)) placed.push(answer);
    }
    expect(answer).toBe('14 The database cannot be reached');
    expect(await place('again')).toBe(answer);
    const listed = async () => {
      const ids: string[] = [];
      for (let pageToken = ''; ;) {
        const { orders, nextPageToken } = await service.list(ada, { pageSize: 100, pageToken });
        ids.push(...orders.map(({ id }) => id));
        if (!nextPageToken) return ids.sort();
        pageToken = nextPageToken;
      }
    };
    expect(await listed()).toEqual(placed.toSorted());
    rmSync(filling);
    placed.push(await place('again'));
    expect(await listed()).toEqual(placed.toSorted());
  });
});
