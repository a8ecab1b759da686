import { Public } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import { shopMessages } from '#gateway/features/messages/messages';
import { Page } from '#gateway/transports/html/page';
import { PageAssets } from '#gateway/transports/html/page-assets';
import { sendBuiltFile } from '#gateway/transports/html/send-built-file';
import { PageResponder } from '#gateway/transports/html/page-responder';
import { PageVisit, type Visit } from '#gateway/transports/html/visit';
import { GatewayError } from '#libs/errors';
import { Controller, Get, Header, Req, Res, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** What search engines leave alone: the API, and pages of visitors. */
const ROBOTS = `User-agent: *
Allow: /shop
Disallow: /shop/account
Disallow: /shop/assistant
Disallow: /shop/cart
Disallow: /shop/checkout
Disallow: /shop/islands/
Disallow: /shop/orders
Disallow: /v1/
Disallow: /graphql
Disallow: /bff/
`;

const AN_HOUR = 'public, max-age=3600';
const A_DAY = 'public, max-age=86400';

/** The pages that no use case is behind. */
@ApiExcludeController()
@Controller({ version: VERSION_NEUTRAL })
export class OtherPages {
  constructor(
    private readonly pages: PageResponder,
    private readonly assets: PageAssets,
  ) {}

  @Public({ ignoresToken: true })
  @Limited({ isFree: true })
  @Get('robots.txt')
  @Header('content-type', 'text/plain; charset=utf-8')
  @Header('cache-control', AN_HOUR)
  robots() {
    return ROBOTS;
  }

  /** Where browsers look for the icon of an answer that is no page of ours, such as JSON, at each one of them. */
  @Public({ ignoresToken: true })
  @Limited({ isFree: true })
  @Get('favicon.ico')
  async icon(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const name = this.assets.fileOf('icon.svg') ?? '';
    const content = await sendBuiltFile(request, reply, (codings) => this.assets.read(name, codings));
    void reply.header('cache-control', A_DAY);
    return content;
  }

  /** The page that the service worker keeps for visitors without a connection. */
  @Public({ ignoresToken: true })
  @Limited({ isFree: true })
  @Page({ isShared: true })
  @Get('shop/offline')
  @Header('cache-control', AN_HOUR)
  offline(@PageVisit() visit: Visit) {
    const t = shopMessages[visit.language];
    return this.pages.whole(visit, { name: 'offline', title: t.offlineTitle, content: <p>{t.offlineText}</p> });
  }

  @Public({ ignoresToken: true })
  @Page()
  @Get('shop/*')
  unknown(): never {
    throw new GatewayError('NOT_FOUND', { detail: 'There is no such page.' });
  }
}
