import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Row } from '#test/support/row';
import { UploadGateway } from '#test/support/upload-gateway';
import { afterAll, describe, expect, it } from '@jest/globals';

const TUS = { 'tus-resumable': '1.0.0' };
const BYTES = { ...TUS, 'content-type': 'application/offset+octet-stream' };

/** A file system of 3 MB in memory, if this process may mount one. */
const folder = mkdtempSync(join(tmpdir(), 'atrium-full-'));
const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', folder]).status === 0;
afterAll(() => {
  if (isMounted) spawnSync('umount', [folder]);
  rmSync(folder, { recursive: true, force: true });
});
const onTmpfs = isMounted ? describe : describe.skip;

onTmpfs(`a full disk${isMounted ? '' : ' (only root may mount a small one)'}`, () => {
  it('refuses uploads with 507, shows no part of them, and takes them when there is room again', async () => {
    const shop = await UploadGateway.open({ STORAGE_URL: `file:${folder}` });
    const as = 'u1';
    const create = async (length: number) => {
      const headers = { ...TUS, 'upload-length': `${length}` };
      return (await shop.send('POST', '/v1/uploads/tus', { as, headers })).headers.location!;
    };
    const append = (url: string, offset: number, body: Buffer) =>
      shop.send('PATCH', url, { as, body, headers: { ...BYTES, 'upload-offset': `${offset}` } });
    const offsetAt = async (url: string) =>
      Number((await shop.send('HEAD', url, { as, headers: TUS })).headers['upload-offset']);

    const small = await create(1_000_000);
    expect((await append(small, 0, Buffer.alloc(1_000_000))).status).toBe(204);
    const large = await create(2_500_000);
    expect((await append(large, 0, Buffer.alloc(500_000))).status).toBe(204);
    const full = await append(large, 500_000, Buffer.alloc(2_000_000));
    const { code } = JSON.parse(full.body.toString()) as { code: string };
    const offset = await offsetAt(large);
    expect(await offsetAt(small)).toBe(1_000_000);
    // Room again.
    expect((await shop.send('DELETE', small, { as, headers: TUS })).status).toBe(204);
    const rest = await append(large, offset, Buffer.alloc(2_500_000 - offset));
    const row = new Row('disk full');
    row.note(
      'the answer',
      '507 STORAGE_FULL',
      `${full.status} ${code}`,
      full.status === 507 && code === 'STORAGE_FULL',
    );
    row.note('the offset after it', '500,000: what was there before', `${offset}`, offset === 500_000);
    row.note('the rest, with room', '204', `${rest.status}`, rest.status === 204);
    await shop.close();
    expect(row.missed).toEqual([]);
  });
});
