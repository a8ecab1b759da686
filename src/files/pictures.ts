import { Images } from '#libs/images';
import { ObjectStorage } from '#libs/object-storage';
import { WorkerPool } from '#libs/workers';
import { Injectable } from '@nestjs/common';

/** The sizes that pictures of clients are kept in: the most pixels of the longer side. */
const SIZES = [
  { name: 'small', maxSide: 96 },
  { name: 'medium', maxSide: 320 },
  { name: 'large', maxSide: 1_024 },
] as const;

/** The name of a size. */
export type PictureSize = (typeof SIZES)[number]['name'];

/** The names of all sizes. */
export const PICTURE_SIZES = SIZES.map(({ name }) => name) as [PictureSize, ...PictureSize[]];

/** Pictures of clients, as the gateway has encoded them anew: no byte of what a client sent is shown to others. */
@Injectable()
export class Pictures {
  private readonly images: Images;

  constructor(
    pool: WorkerPool,
    private readonly storage: ObjectStorage,
  ) {
    this.images = new Images(pool);
  }

  /**
   * Keeps a picture in all sizes.
   * @param key where; `keyOf` has the key of each size
   * @param uploadId the upload that it is made of, if a caller has to know it again
   * @throws {GatewayError} as `Images.sizes`
   */
  async keep(key: string, bytes: Uint8Array, uploadId?: string): Promise<void> {
    const { sizes } = await this.images.sizes(bytes, SIZES);
    const metadata: Record<string, string> = uploadId === undefined ? {} : { upload: uploadId };
    for (const { name, type, bytes: encoded } of sizes)
      await this.storage.put(this.keyOf(key, name as PictureSize), [encoded], { type, metadata });
  }

  /** The key of a size of a picture. */
  keyOf(key: string, size: PictureSize): string {
    return `${key}/${size}`;
  }

  /** Whether there is such a picture. */
  async has(key: string): Promise<boolean> {
    return (await this.storage.stat(this.keyOf(key, 'large'))) !== undefined;
  }

  /** Whether there is a picture in all sizes that is made of this upload. */
  async isOf(key: string, uploadId: string): Promise<boolean> {
    // The largest one is kept last.
    return (await this.storage.stat(this.keyOf(key, 'large')))?.metadata['upload'] === uploadId;
  }
}
