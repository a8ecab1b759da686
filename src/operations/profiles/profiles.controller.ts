import { Readable } from 'node:stream';
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

/** Profiles of this process, for operators' programs. Nothing of them is kept. */
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
    const { kind, seconds } = check(profileRequest, body);
    if (kind === 'heap') {
      const snapshot = await this.profiles.heapSnapshot(context);
      sendFile(request, reply, kind);
      return snapshot;
    }
    const { finished } = await this.profiles.sample(context, kind, seconds, goneSignal(reply));
    sendFile(request, reply, kind);
    const { profileJson } = await import('./profile-json.ts');
    return Readable.from(profileJson(finished), { objectMode: false });
  }
}
