import { Scopes } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import { RequestContext } from '#gateway/declare/request-context';
import type { Context } from '#libs/upstream';
import { Controller, HttpCode, Post, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { ReloadSettings } from './reload-settings.ts';

/** Reloads settings without a restart, for operators. */
@Limited({ isFree: true })
@ApiExcludeController()
@Controller({ path: 'admin/reload', version: VERSION_NEUTRAL })
export class ReloadController {
  constructor(private readonly settings: ReloadSettings) {}

  @Scopes('admin')
  @Post()
  @HttpCode(200)
  reload(@RequestContext() context: Context) {
    return this.settings.requested(context);
  }
}
