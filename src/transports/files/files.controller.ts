import { Public } from '#gateway/declare/access';
import { Refuses } from '#gateway/declare/refusals';
import { Tag } from '#gateway/declare/tag';
import { Uncompressed } from '#gateway/declare/uncompressed';
import { FileLinks } from '#gateway/files/file-links';
import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AnswersFile } from './answers-file.ts';
import { FileResponder } from './file-responder.ts';

@Tag('files', 'Files by links that expire.')
@Uncompressed()
@Controller('files')
export class FilesController {
  constructor(
    private readonly links: FileLinks,
    private readonly files: FileResponder,
  ) {}

  @Public({ ignoresToken: true })
  @Get(':link')
  @Refuses('NOT_FOUND', 'GONE')
  @ApiOperation({ operationId: 'getFile', summary: 'The file of a link' })
  @AnswersFile()
  file(@Param('link') link: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { key, name } = this.links.fileOf(link);
    return this.files.sendKey(request, reply, key, { name });
  }
}
