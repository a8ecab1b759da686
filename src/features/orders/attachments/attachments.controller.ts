import { Answers } from '#gateway/declare/answers';
import { FromBody } from '#gateway/declare/question';
import { FromPrecondition } from '#gateway/declare/from-precondition';
import { RequestContext } from '#gateway/declare/request-context';
import { Runs } from '#gateway/declare/runs';
import { Uncompressed } from '#gateway/declare/uncompressed';
import { AnswersFile } from '#gateway/transports/files/answers-file';
import { FileResponder } from '#gateway/transports/files/file-responder';
import type { Context, Precondition } from '#libs/upstream';
import type { InputOf } from '#libs/view';
import { Controller, Delete, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AddAttachment, AttachmentBody } from './add-attachment.ts';
import { AttachmentListView, AttachmentView } from './attachment.view.ts';
import { nameOf } from './attachments.ts';
import { DeleteAttachment, GetAttachment, ListAttachments } from './read-attachments.ts';

// Answers have links, which are secrets.
@Uncompressed()
@ApiTags('orders')
@Controller('orders/:orderId/attachments')
export class AttachmentsController {
  constructor(
    private readonly addAttachment: AddAttachment,
    private readonly listAttachments: ListAttachments,
    private readonly getAttachment: GetAttachment,
    private readonly deleteAttachment: DeleteAttachment,
    private readonly files: FileResponder,
  ) {}

  @Runs(AddAttachment)
  @Post()
  @ApiOperation({ operationId: 'addAttachment', summary: 'Attach an upload to an order' })
  @Answers(AttachmentView, { createdAt: ({ url }) => url })
  add(
    @RequestContext() context: Context,
    @Param('orderId') orderId: string,
    @FromBody(AttachmentBody) attachment: InputOf<typeof AttachmentBody>,
  ) {
    return this.addAttachment.run(context, orderId, attachment);
  }

  @Runs(ListAttachments)
  @Get()
  @ApiOperation({ operationId: 'listAttachments', summary: 'The files at an order' })
  @Answers(AttachmentListView)
  list(@RequestContext() context: Context, @Param('orderId') orderId: string) {
    return this.listAttachments.run(context, orderId);
  }

  @Runs(GetAttachment)
  @Get(':id')
  @ApiOperation({ operationId: 'getAttachment', summary: 'A file at an order' })
  @AnswersFile()
  async one(
    @RequestContext() context: Context,
    @Param('orderId') orderId: string,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    const file = await this.getAttachment.run(context, orderId, id);
    return this.files.send(request, reply, file, { name: nameOf(file.metadata) });
  }

  @Runs(DeleteAttachment)
  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ operationId: 'deleteAttachment', summary: 'Delete a file at an order' })
  @ApiResponse({ status: 204, description: 'Deleted.' })
  remove(
    @RequestContext() context: Context,
    @Param('orderId') orderId: string,
    @Param('id') id: string,
    @FromPrecondition({ isFile: true }) precondition: Precondition,
  ) {
    return this.deleteAttachment.run(context, orderId, id, precondition);
  }
}
