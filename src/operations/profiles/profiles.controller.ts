import { Scopes } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import { RequestContext } from '#gateway/declare/request-context';
import { Uncompressed } from '#gateway/declare/uncompressed';
import type { Context } from '#libs/upstream';
import { check } from '#libs/view';
import { Body, Controller, HttpCode, Post, Req, Res, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { goneSignal, sendFile } from './profile-response.ts';
import { profileRequest } from './profile-request.ts';
import { Profiles } from './profiles.ts';

/** Profiles of the processes of this gateway, for operators' programs. Nothing of them is kept. */
@Limited({ isFree: true })
@Uncompressed()
@ApiExcludeController()
@Controller({ path: 'admin/profiles', version: VERSION_NEUTRAL })
export class ProfilesController {
  constructor(private readonly profiles: Profiles) {}

  @Scopes('admin')
  @Post()
  @HttpCode(200)
  async take(
    @RequestContext() context: Context,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const profile = check(profileRequest, body);
    const file = await this.profiles.file(context, profile, goneSignal(reply));
    sendFile(request, reply, profile.kind);
    return file;
  }
}
