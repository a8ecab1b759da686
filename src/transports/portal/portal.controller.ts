import { Public } from '#gateway/declare/access';
import { ErrorPage } from '#gateway/declare/error-page';
import { Limited } from '#gateway/declare/limited';
import { RoutePriority } from '#gateway/declare/priority';
import { plainErrorPage } from '#gateway/transports/html/plain-error-page';
import { sendBuiltFile } from '#gateway/transports/html/send-built-file';
import { AnyQuery } from '#gateway/declare/question';
import { Controller, Get, Header, Param, Req, Res, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Portal } from './portal.ts';
import { PortalAssets } from './portal-assets.ts';
import { sendPage } from './send-page.ts';

const errorPage = plainErrorPage('/docs');

/** The portal for everybody, at `/docs`. */
@Public({ ignoresToken: true })
@Limited({ isFree: true })
@RoutePriority('background')
@ApiExcludeController()
@Controller({ path: 'docs', version: VERSION_NEUTRAL })
export class PortalController {
  constructor(
    private readonly portal: Portal,
    private readonly assets: PortalAssets,
  ) {}

  @ErrorPage(errorPage)
  @Public({ ignoresToken: true })
  @Get()
  @AnyQuery()
  overview(@Res({ passthrough: true }) reply: FastifyReply) {
    return sendPage(reply, this.portal.page(''));
  }

  @Public({ ignoresToken: true })
  @Get('openapi.json')
  @Header('content-type', 'application/json; charset=utf-8')
  @Header('cache-control', 'public, max-age=300')
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

  @ErrorPage(errorPage)
  @Public({ ignoresToken: true })
  @Get(':page')
  @AnyQuery()
  page(@Param('page') page: string, @Res({ passthrough: true }) reply: FastifyReply) {
    return sendPage(reply, this.portal.page(page));
  }
}
