import { FromBody } from '#gateway/declare/question';
import { RequestContext } from '#gateway/declare/request-context';
import { Runs } from '#gateway/declare/runs';
import { Uncompressed } from '#gateway/declare/uncompressed';
import { AnswersJob } from '#gateway/jobs/job.view';
import { AnswersFile } from '#gateway/transports/files/answers-file';
import { FileResponder } from '#gateway/transports/files/file-responder';
import type { Context } from '#libs/upstream';
import type { InputOf } from '#libs/view';
import { Controller, Get, HttpCode, Param, Post, Put, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GetProductImage, ProductImageBody, SetProductImage } from './product-image.ts';
import { RequestProductImage } from './size-product-image.ts';

const AN_HOUR = 'public, max-age=3600';

@ApiTags('products')
@Controller('products/:id/image')
export class ProductImageController {
  constructor(
    private readonly getImage: GetProductImage,
    private readonly setImage: SetProductImage,
    private readonly requestImage: RequestProductImage,
    private readonly files: FileResponder,
  ) {}

  @Runs(GetProductImage)
  @Uncompressed()
  @Get(':size')
  @ApiOperation({ operationId: 'getProductImage', summary: 'The picture of a product: small, medium or large' })
  @AnswersFile(['image/webp'])
  async image(
    @RequestContext() context: Context,
    @Param('id') id: string,
    @Param('size') size: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    const key = await this.getImage.run(context, id, size);
    return this.files.sendKey(request, reply, key, { isInline: true, cacheControl: AN_HOUR });
  }

  @Runs(SetProductImage)
  @Put()
  @HttpCode(204)
  @ApiOperation({ operationId: 'setProductImage', summary: 'Set the picture of a product' })
  @ApiResponse({ status: 204, description: 'Set.' })
  set(
    @RequestContext() context: Context,
    @Param('id') id: string,
    @FromBody(ProductImageBody) image: InputOf<typeof ProductImageBody>,
  ) {
    return this.setImage.run(context, id, image);
  }

  @Runs(RequestProductImage)
  @Post()
  @ApiOperation({
    operationId: 'requestProductImage',
    summary: 'Set the picture of a product, by a job',
    description: 'The result of the job has the path of each size.',
  })
  @AnswersJob()
  request(
    @RequestContext() context: Context,
    @Param('id') id: string,
    @FromBody(ProductImageBody) image: InputOf<typeof ProductImageBody>,
  ) {
    return this.requestImage.run(context, id, image);
  }
}
