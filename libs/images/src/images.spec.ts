import { deflateSync, crc32 } from 'node:zlib';
import { afterAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { WorkerPool } from '#libs/workers';
import { IMAGE_LIMITS, Images } from './images.ts';

const pool = new WorkerPool({ threads: 1 });
const images = new Images(pool);
afterAll(() => pool.close());

const THREE = [
  { name: 'small', maxSide: 20 },
  { name: 'medium', maxSide: 40 },
  { name: 'large', maxSide: 80 },
];
const ONE = [{ name: 'small', maxSide: 20 }];

const picture = (width = 100, height = 50) =>
  sharp({ create: { width, height, channels: 3, background: { r: 200, g: 30, b: 30 } } });

/** A chunk of a PNG file (RFC 2083, section 3.2). */
function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** A PNG file of one grey that has more pixels than bytes by far. */
function bomb(side: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header[8] = 1;
  const pixels = deflateSync(Buffer.alloc((Math.ceil(side / 8) + 1) * side));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))]);
}

const refusal = (code: string, message: string | RegExp) => ({
  name: 'GatewayError',
  code,
  errors: [{ field: 'file', message: expect.stringMatching(message) }],
});

describe('the sizes of a picture', () => {
  it.each(['jpeg', 'png', 'webp', 'gif', 'avif'] as const)('are three WebP files, of a %s', async (format) => {
    const file = await picture().toFormat(format).toBuffer();
    const { type, width, height, sizes } = await images.sizes(file, THREE);
    expect([type, width, height]).toEqual([`image/${format}`, 100, 50]);
    expect(sizes.map((one) => [one.name, one.type, one.width, one.height])).toEqual([
      ['small', 'image/webp', 20, 10],
      ['medium', 'image/webp', 40, 20],
      ['large', 'image/webp', 80, 40],
    ]);
    const metadata = await sharp(sizes[2]!.bytes).metadata();
    expect([metadata.format, metadata.width]).toEqual(['webp', 80]);
    expect(file.length).toBeGreaterThan(0);
  });

  it('are upright, and without the place and other metadata of the camera', async () => {
    const exif = { IFD0: { Copyright: 'A secret' }, IFD3: { GPSLatitude: '52/1 30/1 0/1' } };
    const file = await picture().withExif(exif).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect(file.includes('A secret')).toBe(true);
    const { width, height, sizes } = await images.sizes(file, ONE);
    expect([width, height, sizes[0]!.width, sizes[0]!.height]).toEqual([50, 100, 10, 20]);
    const { exif: left, icc, xmp } = await sharp(sizes[0]!.bytes).metadata();
    expect([left, icc, xmp]).toEqual([undefined, undefined, undefined]);
    expect(Buffer.from(sizes[0]!.bytes).includes('A secret')).toBe(false);
  });

  it('have no byte of the file: of a polyglot, only the picture is left', async () => {
    const file = Buffer.concat([
      await picture().png().toBuffer(),
      Buffer.from('<script>alert(1)</script>PK\x03\x04'),
    ]);
    const { sizes } = await images.sizes(file, THREE);
    for (const { bytes } of sizes) expect(Buffer.from(bytes).includes('script')).toBe(false);
  });

  it('are not larger than the picture', async () => {
    const { sizes } = await images.sizes(await picture(8, 4).png().toBuffer(), ONE);
    expect([sizes[0]!.width, sizes[0]!.height]).toEqual([8, 4]);
  });

  it('are those of the first frame of an animation', async () => {
    const frames = await Promise.all(
      ['red', 'blue'].map((background) =>
        sharp({ create: { width: 30, height: 30, channels: 3, background } })
          .png()
          .toBuffer(),
      ),
    );
    const file = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer();
    const { sizes } = await images.sizes(file, ONE);
    const { data } = await sharp(sizes[0]!.bytes).raw().toBuffer({ resolveWithObject: true });
    expect(data[0]).toBeGreaterThan(200);
  });
});

describe('a picture that is none', () => {
  it.each([
    ['an SVG image', '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', 'xml'],
    ['an SVG image without a declaration', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'unknown'],
    ['a PDF file', '%PDF-1.7\n', 'application/pdf'],
    ['HTML', '<!doctype html><script>alert(1)</script>', 'unknown'],
    ['nothing', '', 'unknown'],
  ])('is refused by its content: %s', async (_, content, found) => {
    const message = new RegExp(`^Must be one of image/jpeg, .*: it is .*${found}`);
    await expect(images.sizes(Buffer.from(content), ONE)).rejects.toMatchObject(
      refusal('UNSUPPORTED_MEDIA_TYPE', message),
    );
  });

  it('is refused where three bytes promise a JPEG', async () => {
    await expect(images.sizes(Buffer.from([0xff, 0xd8, 0xff, 0x00, 0x41]), ONE)).rejects.toMatchObject(
      refusal('VALIDATION_FAILED', 'Cannot be decoded as image/jpeg'),
    );
  });

  it('is refused where half of it is missing', async () => {
    const file = await picture(400, 400).png({ compressionLevel: 0 }).toBuffer();
    await expect(images.sizes(file.subarray(0, file.length / 2), ONE)).rejects.toMatchObject(
      refusal('VALIDATION_FAILED', 'Cannot be decoded as image/png'),
    );
  });
});

describe('a picture that is too large', () => {
  it('is refused before its pixels are decoded: a decompression bomb of 100 million', async () => {
    const file = bomb(10_000);
    expect(file.length).toBeLessThan(20_000);
    const before = performance.now();
    await expect(images.sizes(file, ONE)).rejects.toMatchObject(
      refusal('PAYLOAD_TOO_LARGE', 'Must have at most 25000000 pixels'),
    );
    expect(performance.now() - before).toBeLessThan(1_000);
  });

  it('is refused by its bytes, without a thread', async () => {
    const strict = new Images(pool, { ...IMAGE_LIMITS, maxBytes: 10 });
    await expect(strict.sizes(Buffer.alloc(11), ONE)).rejects.toMatchObject(
      refusal('PAYLOAD_TOO_LARGE', 'Must have at most 10 bytes'),
    );
  });

  it('is refused where it takes too long', async () => {
    const hurried = new Images(pool, { ...IMAGE_LIMITS, timeoutMs: 5 });
    const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
    const file = await sharp({ create: { width: 1_500, height: 1_500, channels: 3, noise, background: 'red' } })
      .png({ compressionLevel: 1 })
      .toBuffer();
    await expect(hurried.sizes(file, ONE)).rejects.toMatchObject(
      refusal('VALIDATION_FAILED', 'Takes too long to decode'),
    );
  });
});

it('leaves the bytes of the caller as they are', async () => {
  const file = new Uint8Array(await picture().png().toBuffer());
  await images.sizes(file, ONE);
  expect(file.length).toBeGreaterThan(0);
});
