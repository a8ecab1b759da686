import { Public, Scopes } from '#gateway/declare/access';
import { MethodOverride } from '#gateway/declare/method-override';
import { Refuses } from '#gateway/declare/refusals';
import { RoutePriority } from '#gateway/declare/priority';
import { RequestContext } from '#gateway/declare/request-context';
import { discardStream, isCutOff, StreamedBody, streamIn } from '#gateway/declare/streamed-body';
import { Tag } from '#gateway/declare/tag';
import { Uploads } from '#gateway/files/uploads/uploads';
import { GatewayError } from '#libs/errors';
import type { Context } from '#libs/upstream';
import { Controller, Delete, Head, Options, Param, Patch, Post, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  CHECKSUM_ALGORITHMS,
  checksumIn,
  concatenatedIds,
  EXTENSIONS,
  newUploadIn,
  requireVersion,
  stateHeaders,
  TUS_VERSION,
} from './tus-headers.ts';
import { SendsHeaders, TakesUpload, TUS_STATE } from './upload-docs.ts';
import { LIMITS, urlOf } from './upload-routes.ts';
import { badHeader, bytesIn, contentLengthOf } from './upload-headers.ts';

const TYPE = 'application/offset+octet-stream';
const BODY = { types: [TYPE], ...LIMITS };

/** Uploads by tus 1.0 (https://tus.io/protocols/resumable-upload), which the libraries of browsers speak. */
@Tag('uploads', 'Files of the caller, which survive interruptions.')
@RoutePriority('background')
@Controller('uploads/tus')
export class TusController {
  constructor(private readonly uploads: Uploads) {}

  @Public({ ignoresToken: true })
  @Options()
  @ApiOperation({ operationId: 'getTusOptions', summary: 'What of tus is supported' })
  @SendsHeaders('Allow', 'Tus-Resumable', 'Tus-Version', 'Tus-Extension', 'Tus-Max-Size', 'Tus-Checksum-Algorithm')
  @ApiResponse({ status: 204, description: 'The version, the extensions and the largest upload, in headers.' })
  async options(@Res() reply: FastifyReply): Promise<void> {
    await reply
      .code(204)
      .headers({
        allow: 'POST, OPTIONS',
        'tus-resumable': TUS_VERSION,
        'tus-version': TUS_VERSION,
        'tus-extension': EXTENSIONS,
        'tus-max-size': `${this.uploads.maxBytes}`,
        'tus-checksum-algorithm': CHECKSUM_ALGORITHMS,
      })
      .send();
  }

  @Scopes()
  @Post()
  @StreamedBody(BODY)
  @Refuses('NOT_FOUND', 'GONE', 'LOCKED', 'CONFLICT', 'PRECONDITION_FAILED', 'CHECKSUM_MISMATCH', 'STORAGE_FULL')
  @ApiOperation({ operationId: 'createTusUpload', summary: 'Create an upload (tus), or make one of several' })
  @TakesUpload(
    ['Tus-Resumable'],
    ['Upload-Length', 'Upload-Defer-Length', 'Upload-Metadata', 'Upload-Concat', 'Upload-Checksum'],
    TYPE,
  )
  @SendsHeaders(...TUS_STATE)
  @ApiResponse({ status: 201, description: 'Created: `Location` is where it goes on.' })
  async create(
    @RequestContext() context: Context,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answered(request, reply, 201, async () => {
      const { headers } = request;
      const ids = concatenatedIds(headers);
      const upload = newUploadIn(headers);
      const digest = checksumIn(headers);
      // Before the parts are taken: a refusal afterwards would lose them.
      if (ids && streamIn(request) && contentLengthOf(headers) !== 0)
        throw badHeader('Upload-Concat', 'Must be partial: a final upload is made of others, and has no body');
      const created = ids
        ? await this.uploads.concatenate(context, ids, upload)
        : await this.uploads.create(context, upload);
      void reply.header('location', urlOf(created.id, 'tus'));
      if (ids || (!streamIn(request) && created.length !== 0)) return stateHeaders(created);
      const append = {
        offset: 0,
        contentLength: contentLengthOf(headers),
        digest,
        isGone: () => isCutOff(request),
      };
      return stateHeaders(await this.uploads.appendOrCancel(context, created.id, append, streamIn(request)));
    });
  }

  @Scopes()
  @Head(':id')
  @Refuses('NOT_FOUND', 'GONE', 'LOCKED', 'PRECONDITION_FAILED')
  @ApiOperation({ operationId: 'getTusUpload', summary: 'Where an upload goes on (tus)' })
  @TakesUpload(['Tus-Resumable'])
  @SendsHeaders(...TUS_STATE)
  @ApiResponse({ status: 200, description: '`Upload-Offset` and `Upload-Length`.' })
  async state(
    @RequestContext() context: Context,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answered(request, reply, 200, async () => stateHeaders(await this.uploads.state(context, id)));
  }

  @Scopes()
  @Patch(':id')
  @MethodOverride()
  @StreamedBody(BODY)
  @Refuses(
    'NOT_FOUND',
    'GONE',
    'LOCKED',
    'OFFSET_MISMATCH',
    'CHECKSUM_MISMATCH',
    'STORAGE_FULL',
    'PRECONDITION_FAILED',
  )
  @ApiOperation({ operationId: 'appendToTusUpload', summary: 'Append to an upload (tus)' })
  @TakesUpload(['Tus-Resumable', 'Upload-Offset'], ['Upload-Length', 'Upload-Checksum'], TYPE)
  @SendsHeaders(...TUS_STATE)
  @ApiResponse({ status: 204, description: '`Upload-Offset` is where it goes on.' })
  async append(
    @RequestContext() context: Context,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answered(request, reply, 204, async () => {
      const { headers } = request;
      const offset = bytesIn(headers, 'Upload-Offset');
      if (offset === undefined) throw badHeader('Upload-Offset', 'Must be given');
      const length = bytesIn(headers, 'Upload-Length');
      const { echo } = await this.uploads.find(context, id);
      if (echo?.concat?.startsWith('final'))
        throw new GatewayError('FORBIDDEN', {
          detail: 'A final upload is made of others, and cannot be appended to.',
        });
      const append = {
        offset,
        length,
        contentLength: contentLengthOf(headers),
        digest: checksumIn(headers),
        isGone: () => isCutOff(request),
      };
      return stateHeaders(await this.uploads.append(context, id, append, streamIn(request)));
    });
  }

  @Scopes()
  @Delete(':id')
  @MethodOverride()
  @Refuses('NOT_FOUND', 'GONE', 'LOCKED', 'PRECONDITION_FAILED')
  @ApiOperation({ operationId: 'deleteTusUpload', summary: 'Delete an upload (tus)' })
  @TakesUpload(['Tus-Resumable'])
  @SendsHeaders('Tus-Resumable')
  @ApiResponse({ status: 204, description: 'Deleted.' })
  async cancel(
    @RequestContext() context: Context,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answered(request, reply, 204, async () => {
      await this.uploads.cancel(context, id);
      return {};
    });
  }

  private async answered(
    request: FastifyRequest,
    reply: FastifyReply,
    status: number,
    work: () => Promise<Record<string, string>>,
  ): Promise<void> {
    void reply.header('tus-resumable', TUS_VERSION);
    try {
      requireVersion(request.headers);
      // What follows waits for the client, not for the processor.
      request.place?.leave();
      void reply.headers(await work());
    } catch (error) {
      discardStream(request);
      throw error;
    }
    await reply.code(status).send();
  }
}
