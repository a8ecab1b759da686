import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { loadConfig } from '#gateway/config/config';
import { Audit } from '#gateway/identity/audit/audit';
import { PersonalFiles } from '#gateway/files/personal-files';
import { openObjectStorage } from '#libs/object-storage';
import { createLogger } from '#libs/observe';
import { aContext } from '#libs/testing';
import { afterAll, expect, it } from '@jest/globals';
import { FinishUpload } from './finish-upload.ts';
import { UploadCounts } from './upload-counts.ts';
import { UploadInspections } from './upload-inspections.ts';
import { UploadLocks } from './upload-locks.ts';
import { UploadQuota } from './upload-quota.ts';
import { UploadStore } from './upload-store.ts';
import { Uploads } from './uploads.ts';

const context = aContext({ caller: { id: 'u1', scopes: [] } });
const folder = mkdtempSync(join(tmpdir(), 'atrium-counts-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Uploads whose life is over so many milliseconds after they begin. */
async function uploadsOf(counts: UploadCounts, lifeMs = 86_400_000) {
  const config = { ...loadConfig({}), UPLOAD_LIFE_MS: lifeMs };
  const storage = await openObjectStorage({ kind: 'file', folder });
  const store = new UploadStore(storage, new PersonalFiles(storage));
  const audit = new Audit(createLogger('spec', 'silent'));
  const finishing = new FinishUpload(store, new UploadInspections(), audit, counts);
  const quota = new UploadQuota(config, store, counts);
  return new Uploads(config, store, quota, new UploadLocks(null), finishing, counts);
}

it('uploads are counted: begun, resumed, ended, and in bytes', async () => {
  const counts = new UploadCounts();
  const uploads = await uploadsOf(counts);
  const append = (id: string, offset: number, text: string) =>
    uploads.append(context, id, { offset }, Readable.from([Buffer.from(text)]));
  const whole = await uploads.create(context, { length: 6 });
  await append(whole.id, 0, 'one');
  await append(whole.id, 3, 'two');
  // It has been taken, and is not counted again.
  await uploads.cancel(context, whole.id);
  await uploads.cancel(context, (await uploads.create(context, { length: 6 })).id);
  const page = await uploads.create(context, { length: 6, type: 'image/png' });
  await expect(append(page.id, 0, 'no png')).rejects.toMatchObject({ code: 'UNSUPPORTED_MEDIA_TYPE' });
  const late = await (await uploadsOf(counts, -1)).create(context, { length: 6 });
  await expect(uploads.find(context, late.id)).rejects.toMatchObject({ code: 'GONE' });
  const { started, resumed, bytes, ended } = counts;
  expect({ started, resumed, bytes, ...Object.fromEntries(ended) }).toEqual({
    started: 4,
    resumed: 1,
    bytes: 12,
    complete: 1,
    refused: 1,
    cancelled: 1,
    expired: 1,
  });
});
