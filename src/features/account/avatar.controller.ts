import { Public } from '#gateway/declare/access';
import { Refuses } from '#gateway/declare/refusals';
import { Answers } from '#gateway/declare/answers';
import { FromBody } from '#gateway/declare/question';
import { RequestContext } from '#gateway/declare/request-context';
import { RequestOrigin } from '#gateway/declare/request-origin';
import { Runs } from '#gateway/declare/runs';
import { Uncompressed } from '#gateway/declare/uncompressed';
import { AnswersFile } from '#gateway/transports/files/answers-file';
import { FileResponder } from '#gateway/transports/files/file-responder';
import type { Context } from '#libs/upstream';
import type { InputOf } from '#libs/view';
import { Controller, Delete, Get, HttpCode, Param, Put, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AvatarView } from './avatar.view.ts';
import { Avatars } from './avatars.ts';
import { DeleteFiles, RemoveAvatar } from './remove-files.ts';
import { AvatarBody, SetAvatar } from './set-avatar.ts';

/** A path changes with its picture; but a deleted one must not stay in caches for long. */
const A_DAY = 'public, max-age=86400';

@ApiTags('account')
@Controller()
export class AvatarController {
  constructor(
    private readonly setAvatar: SetAvatar,
    private readonly removeAvatar: RemoveAvatar,
    private readonly deleteFiles: DeleteFiles,
    private readonly avatars: Avatars,
    private readonly files: FileResponder,
  ) {}

  @Runs(SetAvatar)
  @Put('me/avatar')
  @ApiOperation({ operationId: 'setAvatar', summary: "Set the caller's picture, from an upload or a data URL" })
  @Answers(AvatarView)
  set(
    @RequestContext() context: Context,
    @FromBody(AvatarBody) picture: InputOf<typeof AvatarBody>,
    @RequestOrigin() origin: string,
  ) {
    return this.setAvatar.run(context, picture, origin);
  }

  @Runs(RemoveAvatar)
  @Delete('me/avatar')
  @HttpCode(204)
  @ApiOperation({ operationId: 'removeAvatar', summary: "Remove the caller's picture" })
  @ApiResponse({ status: 204, description: 'Removed.' })
  remove(@RequestContext() context: Context) {
    return this.removeAvatar.run(context);
  }

  @Runs(DeleteFiles)
  @Delete('me/files')
  @HttpCode(204)
  @ApiOperation({ operationId: 'deleteFiles', summary: 'Delete every file of the caller' })
  @ApiResponse({ status: 204, description: 'Deleted.' })
  deleteAll(@RequestContext() context: Context) {
    return this.deleteFiles.run(context);
  }

  @Public({ ignoresToken: true })
  @Uncompressed()
  @Refuses('NOT_FOUND')
  @Get('avatars/:path')
  @ApiOperation({ operationId: 'getAvatar', summary: 'The picture of a person, in one size' })
  @AnswersFile(['image/webp'])
  picture(@Param('path') path: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.files.sendKey(request, reply, this.avatars.keyIn(path), { isInline: true, cacheControl: A_DAY });
  }
}
