import { Public } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import { Controller, Get, Redirect, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';

/** Leads from `/admin`, and at the admin port from `/`, to the pages of operators. */
@ApiExcludeController()
@Controller({ path: 'admin', version: VERSION_NEUTRAL })
export class StartPageController {
  @Public({ ignoresToken: true })
  @Limited({ isFree: true })
  @Get()
  @Redirect('/admin/ui', 303)
  start(): void {}
}
