import { Public } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import { cartIn } from '#gateway/features/orders/cart/cart';
import { sendBuiltFile } from '#gateway/transports/html/send-built-file';
import { PageAssets } from '#gateway/transports/html/page-assets';
import { Page } from '#gateway/transports/html/page';
import { PageResponder } from '#gateway/transports/html/page-responder';
import { PageVisit, type Visit } from '#gateway/transports/html/visit';
import { GatewayError } from '#libs/errors';
import { Controller, Get, Header, Param, Req, Res, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AccountIsland } from './account-island.tsx';

/** What pages load: scripts and styles, and the visitor's own parts of pages that caches share. */
@ApiExcludeController()
@Controller({ path: 'shop', version: VERSION_NEUTRAL })
export class IslandsPage {
  constructor(
    private readonly pages: PageResponder,
    private readonly assets: PageAssets,
  ) {}

  @Public()
  @Limited({ isFree: true })
  @Page()
  @Get('islands/account')
  @Header('content-type', 'text/html; charset=utf-8')
  account(@PageVisit() visit: Visit) {
    return String(<AccountIsland visit={visit} items={cartIn(visit.request).count} />);
  }

  @Public({ ignoresToken: true })
  @Limited({ isFree: true })
  @Get('assets/:file')
  asset(
    @Param('file') name: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return sendBuiltFile(request, reply, (codings) => this.assets.read(name, codings));
  }

  /** The service worker, under one path for ever: browsers ask it for changes. It may answer for all pages. */
  @Public({ ignoresToken: true })
  @Limited({ isFree: true })
  @Get('sw.js')
  @Header('service-worker-allowed', '/shop')
  async worker(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const content = await sendBuiltFile(request, reply, (codings) =>
      this.assets.read(this.assets.fileOf('sw.js') ?? '', codings),
    );
    // The policy of a worker is that of its script: it reads pages.
    const policy = "default-src 'none'; connect-src 'self'";
    void reply.headers({ 'cache-control': 'no-cache', 'content-security-policy': policy });
    return content;
  }

  /** In development, pages are loaded again once the answer differs from their own. */
  @Public({ ignoresToken: true })
  @Limited({ isFree: true })
  @Get('boot')
  @Header('content-type', 'text/plain; charset=utf-8')
  boot() {
    if (this.pages.boot === undefined) throw new GatewayError('NOT_FOUND', { detail: 'Only in development.' });
    return this.pages.boot;
  }
}
