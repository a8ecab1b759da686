import type { TaskAnswer } from '#libs/workers';
import { fileTypeFromBuffer } from 'file-type';
import sharp, { type Metadata, type SharpOptions } from 'sharp';
import { ACCEPTED, ACCEPTED_TYPES } from './accepted-types.ts';

/** A size of a picture. */
export interface ImageSize {
  name: string;
  /** The most pixels of its longer side; a smaller picture is not enlarged. */
  maxSide: number;
}

/** A picture in one size: WebP, upright, in sRGB, without metadata. */
export interface SizedImage {
  name: string;
  type: 'image/webp';
  width: number;
  height: number;
  bytes: Uint8Array<ArrayBuffer>;
}

/** What a picture was, and its sizes. */
export interface SizedImages {
  /** The media type that its content has. */
  type: string;
  /** Of the picture as it is seen, in pixels. */
  width: number;
  height: number;
  sizes: SizedImage[];
}

/** The input of `sizes`. */
export interface SizesInput {
  bytes: Uint8Array;
  sizes: readonly ImageSize[];
  maxPixels: number;
  /** The time limit of decoding and of each encoding, in seconds: it ends work that its thread cannot end. */
  seconds: number;
}

/** The loaders of the accepted formats; libvips has some 20 more, among them those of SVG and PDF. */
const LOADERS = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif'].map((name) => `VipsForeignLoad${name}`);
const QUALITY = 80;

// One image uses one core, and each is read once.
sharp.concurrency(1);
sharp.cache(false);
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: LOADERS });

type Answer = TaskAnswer<SizedImages>;

const refuse = (
  code: 'UNSUPPORTED_MEDIA_TYPE' | 'PAYLOAD_TOO_LARGE' | 'VALIDATION_FAILED',
  message: string,
): Answer => ({
  refused: { code, detail: 'The picture is not accepted.', errors: [{ field: 'file', message }] },
});

/** Decodes a picture once and encodes it in several sizes. Its content decides, not its name or declared type. */
export async function sizes({ bytes, sizes: requested, maxPixels, seconds }: SizesInput): Promise<Answer> {
  const type = (await fileTypeFromBuffer(bytes))?.mime ?? 'unknown';
  const isAccepted = Object.hasOwn(ACCEPTED, type);
  if (!isAccepted)
    return refuse('UNSUPPORTED_MEDIA_TYPE', `Must be one of ${ACCEPTED_TYPES.join(', ')}: it is ${type}`);
  // The pixels are checked before the first is decoded.
  const options: SharpOptions = { limitInputPixels: maxPixels, failOn: 'warning', autoOrient: true };
  try {
    const found = await sharp(bytes, options).metadata();
    if (found.format !== ACCEPTED[type]) return unreadable(type);
    const { width, height } = found.autoOrient;
    const longest = Math.max(...requested.map(({ maxSide }) => maxSide));
    const { data, info } = await sharp(bytes, options)
      .timeout({ seconds })
      .resize(inside(longest))
      .raw()
      .toBuffer({ resolveWithObject: true });
    const raw = { width: info.width, height: info.height, channels: info.channels };
    const sized: SizedImage[] = [];
    // One after the other: at once they would take a thread of libuv and a core each.
    for (const size of requested) sized.push(await encode(data, raw, size, seconds));
    return { value: { type, width, height, sizes: sized }, transfer: sized.map((one) => one.bytes.buffer) };
  } catch (error) {
    const { message } = error as Error;
    if (/pixel limit/.test(message)) return refuse('PAYLOAD_TOO_LARGE', `Must have at most ${maxPixels} pixels`);
    if (/timeout/i.test(message)) return refuse('VALIDATION_FAILED', 'Takes too long to decode');
    return unreadable(type);
  }
}

async function encode(
  data: Buffer,
  raw: { width: number; height: number; channels: NonNullable<Metadata['channels']> },
  { name, maxSide }: ImageSize,
  seconds: number,
): Promise<SizedImage> {
  const encoded = await sharp(data, { raw })
    .timeout({ seconds })
    .resize(inside(maxSide))
    .webp({ quality: QUALITY })
    .toBuffer({ resolveWithObject: true });
  const { width, height } = encoded.info;
  // Buffers of Node may share memory, which cannot be transferred.
  return { name, type: 'image/webp', width, height, bytes: new Uint8Array(encoded.data) };
}

const inside = (side: number) => ({ width: side, height: side, fit: 'inside', withoutEnlargement: true }) as const;

const unreadable = (type: string): Answer => refuse('VALIDATION_FAILED', `Cannot be decoded as ${type}`);
