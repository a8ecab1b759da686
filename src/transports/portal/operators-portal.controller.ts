import { Public, Scopes } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import { sendBuiltFile } from '#gateway/transports/html/send-built-file';
import { Controller, Get, Header, Param, Req, Res, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Portal } from './portal.ts';
import { PortalAssets } from './portal-assets.ts';
import { sendPage } from './send-page.ts';

/** The portal for operators, at `/admin/docs` of the admin port: to read, since the API is on the other port. */
@Limited({ isFree: true })
@ApiExcludeController()
@Controller({ path: 'admin/docs', version: VERSION_NEUTRAL })
export class OperatorsPortalController {
  constructor(
    private readonly portal: Portal,
    private readonly assets: PortalAssets,
  ) {}

  @Scopes('admin')
  @Get()
  overview(@Res({ passthrough: true }) reply: FastifyReply) {
    return sendPage(reply, this.portal.page(''));
  }

  @Scopes('admin')
  @Get('openapi.json')
  @Header('content-type', 'application/json; charset=utf-8')
  document() {
    return this.portal.reference();
  }

  @Public({ ignoresToken: true })
  @Get('assets/:file')
  async asset(
    @Param('file') name: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return sendBuiltFile(request, reply, (codings) => this.assets.read(name, codings));
  }

  @Scopes('admin')
  @Get(':page')
  page(@Param('page') page: string, @Res({ passthrough: true }) reply: FastifyReply) {
    return sendPage(reply, this.portal.page(page));
  }
}
