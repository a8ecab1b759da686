import { Scopes } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import { Refuses } from '#gateway/declare/refusals';
import { PICTURE_SIZES } from '#gateway/files/pictures';
import { JobKind, type RunsJobs } from '#gateway/jobs/job-kind';
import { JobView } from '#gateway/jobs/job.view';
import { Jobs } from '#gateway/jobs/jobs';
import { Products } from '#gateway/upstreams/products/products.port';
import type { RunningJob } from '#libs/jobs';
import type { Context } from '#libs/upstream';
import type { InputOf } from '#libs/view';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { noProduct, type ProductImageBody, SetProductImage } from './product-image.ts';

const SizesJob = z.strictObject({ productId: z.string(), uploadId: z.string() });
type SizesJob = z.output<typeof SizesJob>;

/** The result of the job: the path of each size. */
export type SizedPaths = Record<string, string>;

/** Encodes an upload as the picture of a product. Where all threads are busy it is tried again later. */
@JobKind({ name: 'images.sizes', input: SizesJob, attempts: 6, backoffMs: 2_000, timeoutMs: 120_000 })
export class SizeProductImage implements RunsJobs<SizesJob, SizedPaths> {
  constructor(private readonly setImage: SetProductImage) {}

  /** @throws {GatewayError} as `SetProductImage.run` */
  async run(context: Context, { input }: RunningJob<SizesJob>): Promise<SizedPaths> {
    const { productId, uploadId } = input;
    await this.setImage.run(context, productId, { uploadId });
    return Object.fromEntries(PICTURE_SIZES.map((size) => [size, `/v1/products/${productId}/image/${size}`]));
  }
}

/** Sets the picture of a product by a job: for clients that do not wait while it is encoded. */
@Scopes('admin')
@Limited({ cost: 4 })
@Refuses('NOT_FOUND')
@Injectable()
export class RequestProductImage {
  constructor(
    private readonly products: Products,
    private readonly jobs: Jobs,
  ) {}

  /**
   * Adds the job. The same upload of a caller for the same product is the same job.
   * @throws {GatewayError} NOT_FOUND of the product, UPSTREAM_*, OVERLOADED
   */
  async run(
    context: Context,
    productId: string,
    { uploadId }: InputOf<typeof ProductImageBody>,
  ): Promise<JobView> {
    if (!(await this.products.byId(context, productId))) throw noProduct();
    const idempotencyKey = JSON.stringify([productId, uploadId]);
    const input = { productId, uploadId };
    return JobView.of(await this.jobs.add(context, SizeProductImage, input, { idempotencyKey }));
  }
}
