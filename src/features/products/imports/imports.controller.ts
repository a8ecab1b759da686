import type { Readable } from 'node:stream';
import { IdempotencyKey } from '#gateway/declare/idempotency-key';
import { FromQuery } from '#gateway/declare/question';
import { RoutePriority } from '#gateway/declare/priority';
import { RequestContext } from '#gateway/declare/request-context';
import { Runs } from '#gateway/declare/runs';
import { StreamedBody } from '#gateway/declare/streamed-body';
import { Tag } from '#gateway/declare/tag';
import { AnswersJob } from '#gateway/jobs/job.view';
import type { Context } from '#libs/upstream';
import type { InputOf } from '#libs/view';
import { Controller, Post, Req } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ImportProducts, ImportProductsQuestion } from './import-products.ts';
import { IMPORT_FORMATS, IMPORT_TYPES } from './product-file.ts';

/** A client below this rate is cut off, in bytes a second. */
const LEAST_BYTES_PER_SECOND = 1_000;

@Tag('products', 'Products to order.')
@Controller('products')
export class ImportsController {
  constructor(private readonly importProducts: ImportProducts) {}

  @Runs(ImportProducts)
  @RoutePriority('background')
  @StreamedBody({
    types: Object.keys(IMPORT_FORMATS),
    isText: true,
    maxBytes: ({ IMPORT_LIMIT_BYTES }) => IMPORT_LIMIT_BYTES,
    isDecoded: true,
    leastBytesPerSecond: LEAST_BYTES_PER_SECOND,
  })
  @Post('import')
  @ApiOperation({
    operationId: 'importProducts',
    summary: 'Create and replace products from a file',
    description:
      'CSV with a header (RFC 4180) or one JSON object a line, in UTF-8, also gzip, br or zstd. The job reports accepted and rejected rows.',
  })
  @ApiConsumes(...IMPORT_TYPES)
  @ApiBody({ required: true, schema: { type: 'string', format: 'binary' } })
  @AnswersJob()
  import(
    @RequestContext() context: Context,
    @FromQuery(ImportProductsQuestion) question: InputOf<typeof ImportProductsQuestion>,
    @IdempotencyKey() key: string | undefined,
    @Req() request: FastifyRequest,
  ) {
    const file = { type: request.mediaType ?? '', body: request.body as Readable };
    return this.importProducts.run(context, file, question, key);
  }
}
