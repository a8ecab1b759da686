import { Scopes, Public } from '#gateway/declare/access';
import { ErrorPage } from '#gateway/declare/error-page';
import { Limited } from '#gateway/declare/limited';
import { Uncompressed } from '#gateway/declare/uncompressed';
import { OPERATOR_PAGE_POLICY } from '#gateway/identity/logins/operator-page';
import { applyDecorators, Controller, Get, Header, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Pages } from './pages.ts';

const HTML_TYPE = 'text/html; charset=utf-8';
/** A form of a page without a referrer would have no `Origin`, and be refused. */
const PAGE_HEADERS = { 'content-security-policy': OPERATOR_PAGE_POLICY, 'referrer-policy': 'same-origin' };

/** A page for operators, whose errors are pages too. What renders pages is loaded with the first one. */
export const Page = (): MethodDecorator =>
  applyDecorators(
    Scopes('admin'),
    Header('content-type', HTML_TYPE),
    ...Object.entries(PAGE_HEADERS).map(([name, value]) => Header(name, value)),
    ErrorPage(async (...error) => (await import('./error.page.ts')).errorPage(...error), PAGE_HEADERS),
  );

/** The pages of operators, at the admin port. They work without their script, which keeps them up to date. */
@Limited({ isFree: true })
@Uncompressed()
@ApiExcludeController()
@Controller({ path: 'admin/ui', version: VERSION_NEUTRAL })
export class PagesController {
  constructor(private readonly pages: Pages) {}

  @Page()
  @Get()
  overview() {
    return this.pages.overview();
  }

  @Page()
  @Get('event-loop')
  eventLoop() {
    return this.pages.eventLoop();
  }

  @Public({ ignoresToken: true })
  @Get('style.css')
  @Header('content-type', 'text/css; charset=utf-8')
  async style() {
    return (await import('./style.ts')).STYLE;
  }

  @Public({ ignoresToken: true })
  @Get('live.js')
  @Header('content-type', 'text/javascript; charset=utf-8')
  async script() {
    return (await import('./live.ts')).LIVE_SCRIPT;
  }
}
