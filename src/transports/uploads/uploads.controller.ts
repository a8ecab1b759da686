import { Public, Scopes } from '#gateway/declare/access';
import { ANY_FILE } from '#gateway/declare/media-types';
import { Refuses } from '#gateway/declare/refusals';
import { Answers } from '#gateway/declare/answers';
import { RoutePriority } from '#gateway/declare/priority';
import { RequestContext } from '#gateway/declare/request-context';
import { discardStream, isCutOff, StreamedBody, streamIn } from '#gateway/declare/streamed-body';
import { Tag } from '#gateway/declare/tag';
import { Uploads } from '#gateway/files/uploads/uploads';
import { GatewayError } from '#libs/errors';
import type { Context } from '#libs/upstream';
import { Controller, Delete, Get, Options, Param, Patch, Post, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendInterim } from './interim-response.ts';
import { completeIn, interopVersion, limitOf, newUploadIn, stateHeaders } from './resumable-headers.ts';
import { UploadView, uploadView } from './upload.view.ts';
import { badHeader, bytesIn, contentLengthOf, digestIn } from './upload-headers.ts';
import { SendsHeaders, STATE, TakesUpload } from './upload-docs.ts';
import { LIMITS, urlOf } from './upload-routes.ts';

const PARTIAL = 'application/partial-upload';

/** Uploads as draft-ietf-httpbis-resumable-upload has them: interop versions 6 to 8. */
@Tag('uploads', 'Files of the caller, which survive interruptions.')
@RoutePriority('background')
@Controller('uploads')
export class UploadsController {
  constructor(private readonly uploads: Uploads) {}

  @Public({ ignoresToken: true })
  @Options()
  @ApiOperation({ operationId: 'getUploadLimits', summary: 'What an upload may have' })
  @SendsHeaders('Allow', 'Accept-Patch', 'Upload-Limit')
  @ApiResponse({ status: 204, description: 'The largest upload, in `Upload-Limit`.' })
  async limits(@Res() reply: FastifyReply): Promise<void> {
    const headers = {
      allow: 'POST, OPTIONS',
      'accept-patch': PARTIAL,
      'upload-limit': limitOf(this.uploads.maxBytes),
    };
    await reply.code(204).headers(headers).send();
  }

  @Scopes()
  @Post()
  @StreamedBody({ types: 'any', ...LIMITS })
  @Refuses('CONFLICT', 'CHECKSUM_MISMATCH', 'STORAGE_FULL')
  @ApiOperation({ operationId: 'upload', summary: 'Upload a file, or begin to' })
  @TakesUpload(
    [],
    [
      'Upload-Complete',
      'Upload-Length',
      'Upload-Draft-Interop-Version',
      'Content-Disposition',
      'Content-Digest',
      'Repr-Digest',
    ],
    ...ANY_FILE,
  )
  @SendsHeaders(...STATE)
  @Answers(UploadView, { createdAt: ({ id }) => urlOf(id) })
  async create(
    @RequestContext() context: Context,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.guarded(request, async () => {
      const { headers } = request;
      const version = interopVersion(headers);
      const isLast = completeIn(headers) ?? true;
      const contentLength = contentLengthOf(headers) ?? (streamIn(request) ? undefined : 0);
      const digest = digestIn(headers, 'Content-Digest');
      const created = await this.uploads.create(context, newUploadIn(headers, isLast ? contentLength : undefined));
      const location = urlOf(created.id);
      const isResumable = version !== undefined && headers['upload-complete'] !== undefined;
      if (isResumable)
        sendInterim(reply.raw, {
          location,
          'upload-limit': limitOf(this.uploads.maxBytes, created.expiresAt),
          'upload-draft-interop-version': version,
        });
      const onProgress = isResumable ? progressOf(reply, version) : undefined;
      const first = { offset: 0, contentLength, isLast, digest, onProgress, isGone: () => isCutOff(request) };
      const append = isResumable ? 'append' : 'appendOrCancel';
      const upload = await this.uploads[append](context, created.id, first, streamIn(request));
      await reply
        .code(201)
        .headers({ location, ...stateHeaders(upload, this.uploads.maxBytes) })
        .send(uploadView(upload));
    });
  }

  @Scopes()
  @Get(':id')
  @Refuses('NOT_FOUND', 'GONE', 'LOCKED')
  @ApiOperation({ operationId: 'getUpload', summary: 'Where an upload goes on' })
  @SendsHeaders(...STATE)
  @Answers(UploadView, { isUncached: true })
  async state(
    @RequestContext() context: Context,
    @Param('id') id: string,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const upload = await this.uploads.settledState(context, id);
    const headers = stateHeaders(upload, this.uploads.maxBytes);
    // Without `private` the http-cache stage would let clients keep it.
    await reply.headers({ ...headers, 'cache-control': 'private, no-store' }).send(uploadView(upload));
  }

  @Scopes()
  @Patch(':id')
  @StreamedBody({ types: [PARTIAL], ...LIMITS })
  @Refuses('NOT_FOUND', 'GONE', 'LOCKED', 'OFFSET_MISMATCH', 'CHECKSUM_MISMATCH', 'STORAGE_FULL')
  @ApiOperation({ operationId: 'appendToUpload', summary: 'Append to an upload' })
  @TakesUpload(
    ['Upload-Offset', 'Upload-Complete'],
    ['Upload-Length', 'Upload-Draft-Interop-Version', 'Content-Digest'],
    PARTIAL,
  )
  @SendsHeaders(...STATE)
  @ApiResponse({ status: 204, description: 'Appended: the upload is not complete.' })
  @Answers(UploadView)
  async append(
    @RequestContext() context: Context,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.guarded(request, async () => {
      const { headers } = request;
      const version = interopVersion(headers);
      const offset = bytesIn(headers, 'Upload-Offset');
      if (offset === undefined) throw badHeader('Upload-Offset', 'Must be given');
      const isLast = completeIn(headers);
      if (isLast === undefined) throw badHeader('Upload-Complete', 'Must be given');
      const upload = await this.uploads.append(
        context,
        id,
        {
          offset,
          length: bytesIn(headers, 'Upload-Length'),
          contentLength: contentLengthOf(headers),
          isLast,
          digest: digestIn(headers, 'Content-Digest'),
          isGone: () => isCutOff(request),
          onProgress: version === undefined ? undefined : progressOf(reply, version),
        },
        streamIn(request),
      );
      void reply.headers(stateHeaders(upload, this.uploads.maxBytes));
      await (upload.isComplete ? reply.code(200).send(uploadView(upload)) : reply.code(204).send());
    });
  }

  @Scopes()
  @Delete(':id')
  @Refuses('NOT_FOUND', 'GONE', 'LOCKED')
  @ApiOperation({ operationId: 'deleteUpload', summary: 'Delete an upload' })
  @ApiResponse({ status: 204, description: 'Deleted.' })
  async cancel(
    @RequestContext() context: Context,
    @Param('id') id: string,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.uploads.cancel(context, id);
    await reply.code(204).send();
  }

  private async guarded(request: FastifyRequest, work: () => Promise<void>): Promise<void> {
    // What follows waits for the client, not for the processor.
    request.place?.leave();
    try {
      await work();
    } catch (error) {
      discardStream(request);
      throw withCompleteness(error);
    }
  }
}

/** Reports each stored part to the client. */
const progressOf =
  (reply: FastifyReply, version: string) =>
  (offset: number): void =>
    sendInterim(reply.raw, { 'upload-offset': `${offset}`, 'upload-draft-interop-version': version });

/** Refusals of the protocol itself say that the upload is not complete; others come of the file, and end it. */
function withCompleteness(error: unknown): unknown {
  if (error instanceof GatewayError && error.code === 'OFFSET_MISMATCH') error.headers['upload-complete'] = '?0';
  return error;
}
