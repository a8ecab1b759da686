import { Scopes } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import { RequestContext } from '#gateway/declare/request-context';
import { type Context, UpstreamClients } from '#libs/upstream';
import { Controller, Get, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Health } from './health.ts';

/** Reports the health of the upstreams and the state of their clients, for operators. */
@Limited({ isFree: true })
@ApiExcludeController()
@Controller({ path: 'admin', version: VERSION_NEUTRAL })
export class AdminController {
  constructor(
    private readonly health: Health,
    private readonly clients: UpstreamClients,
  ) {}

  @Scopes('admin')
  @Get('health')
  inDetail(@RequestContext() context: Context) {
    return this.health.inDetail(context);
  }

  @Scopes('admin')
  @Get('upstreams')
  upstreams() {
    return { upstreams: this.clients.report() };
  }
}
