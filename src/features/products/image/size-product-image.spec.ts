import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { Pictures } from '#gateway/files/pictures';
import { uploadsOf } from '#gateway/files/uploads/uploads.fixture';
import { Audit } from '#gateway/identity/audit/audit';
import { ProductsFake } from '#gateway/upstreams/products/products.fake';
import { openObjectStorage } from '#libs/object-storage';
import { createLogger } from '#libs/observe';
import { aContext, aProduct } from '#libs/testing';
import { WorkerPool } from '#libs/workers';
import { afterAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { SetProductImage } from './product-image.ts';
import { SizeProductImage } from './size-product-image.ts';

const folder = mkdtempSync(join(tmpdir(), 'atrium-sizes-'));
const pool = new WorkerPool({ threads: 1 });
const storage = await openObjectStorage({ kind: 'file', folder });
const { uploads, kept } = uploadsOf(storage);
const pictures = new Pictures(pool, storage);
const audit = new Audit(createLogger('spec', 'silent'));
const products = new ProductsFake([aProduct({ id: 'p1' })]);
const context = aContext({ caller: { id: 'u2', scopes: ['admin'] } });
afterAll(async () => {
  await pool.close();
  rmSync(folder, { recursive: true });
});

/** Uploads a picture of one colour. @returns the id of the upload */
async function uploaded(background: string): Promise<string> {
  const bytes = await sharp({ create: { width: 200, height: 100, channels: 3, background } })
    .png()
    .toBuffer();
  const { id } = await uploads.create(context, { length: bytes.length, type: 'image/png' });
  await uploads.append(context, id, { offset: 0 }, Readable.from([bytes]));
  return id;
}

/** Runs an attempt of the job. */
const sized = (uploadId: string, attempt = 1) =>
  new SizeProductImage(new SetProductImage(products, kept, uploads, pictures, audit)).run(context, {
    id: 'job',
    owner: 'u2',
    attempt,
    origin: {},
    input: { productId: 'p1', uploadId },
    signal: new AbortController().signal,
    progress: () => {},
  });

const small = async () => buffer((await storage.read((await storage.stat('products/p1/small'))!))!);

describe('the sizes of an image', () => {
  it.each([1, 2])('are the same after a further run, whose upload is used up: attempt %d', async (attempt) => {
    const uploadId = await uploaded('red');
    const paths = await sized(uploadId);
    expect(paths['small']).toBe('/v1/products/p1/image/small');
    const before = await small();
    expect(await sized(uploadId, attempt)).toEqual(paths);
    expect(await small()).toEqual(before);
  });

  it('fail for an upload that is gone and was never the image, and leave the image as it was', async () => {
    await sized(await uploaded('green'));
    const before = await small();
    const expired = await uploaded('blue');
    await uploads.cancel(context, expired);
    await expect(sized(expired, 2)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await small()).toEqual(before);
  });
});
