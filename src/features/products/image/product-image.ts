import { buffer } from 'node:stream/consumers';
import { Public, Scopes } from '#gateway/declare/access';
import { Refuses } from '#gateway/declare/refusals';
import { Limited } from '#gateway/declare/limited';
import { Pictures, PICTURE_SIZES } from '#gateway/files/pictures';
import { KeptUploads } from '#gateway/files/uploads/kept-uploads';
import { Uploads } from '#gateway/files/uploads/uploads';
import { Audit } from '#gateway/identity/audit/audit';
import { Products } from '#gateway/upstreams/products/products.port';
import { GatewayError } from '#libs/errors';
import { ACCEPTED_TYPES } from '#libs/images';
import type { Context } from '#libs/upstream';
import { body, type InputOf } from '#libs/view';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';

const MAX_BYTES = 20_971_520;
const ID = /^[\w-]{1,64}$/;

/** A completed upload. */
export const ProductImageBody = body('ProductImageBody', { uploadId: z.string().max(256) });

/** There is no such product. */
export const noProduct = () => new GatewayError('NOT_FOUND', { detail: 'There is no such product.' });
/** Where the sizes of a product's picture are. */
export const keyOfImage = (productId: string): string => `products/${productId}`;

/** Sets the picture of a product. */
@Scopes('admin')
@Limited({ cost: 4 })
@Refuses('NOT_FOUND', 'CONFLICT', 'GONE', 'LOCKED')
@Injectable()
export class SetProductImage {
  constructor(
    private readonly products: Products,
    private readonly kept: KeptUploads,
    private readonly uploads: Uploads,
    private readonly pictures: Pictures,
    private readonly audit: Audit,
  ) {}

  /**
   * Encodes an upload as the picture of a product, which it replaces. Once it is the picture, it can be set again.
   * @throws {GatewayError} NOT_FOUND of the product or the upload, CONFLICT if the upload is not complete,
   * UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE, VALIDATION_FAILED and OVERLOADED of the picture, UPSTREAM_*
   */
  async run(context: Context, productId: string, { uploadId }: InputOf<typeof ProductImageBody>): Promise<void> {
    if (!ID.test(productId) || !(await this.products.byId(context, productId))) throw noProduct();
    const key = keyOfImage(productId);
    const options = { types: ACCEPTED_TYPES, maxBytes: MAX_BYTES };
    const file = await this.kept.file(context, uploadId, options).catch(async (error: unknown) => {
      // A request whose answer was lost, or a job that was interrupted, may have used it up.
      if (isUsedUp(error) && (await this.pictures.isOf(key, uploadId))) return undefined;
      throw error;
    });
    if (!file) return;
    await this.pictures.keep(key, await buffer(file.content()), uploadId);
    this.audit.write(context, 'picture.changed', { userId: context.caller.id, productId });
    // A failure costs a place until the upload expires.
    await this.uploads.cancel(context, uploadId).catch(() => {});
  }
}

const isUsedUp = (error: unknown): boolean =>
  error instanceof GatewayError && (error.code === 'NOT_FOUND' || error.code === 'GONE');

/** Finds the picture of a product. */
@Public()
@Refuses('NOT_FOUND')
@Injectable()
export class GetProductImage {
  constructor(private readonly pictures: Pictures) {}

  /** Its key in the storage; there may be no picture. @throws {GatewayError} NOT_FOUND for a malformed id, and another size */
  async run(_: Context, productId: string, size: string): Promise<string> {
    const known = PICTURE_SIZES.find((one) => one === size);
    if (!known || !ID.test(productId)) throw noProduct();
    return this.pictures.keyOf(keyOfImage(productId), known);
  }
}
