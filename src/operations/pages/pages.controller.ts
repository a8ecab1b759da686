import { Readable } from 'node:stream';
import { Scopes, Public } from '#gateway/declare/access';
import { ErrorPage } from '#gateway/declare/error-page';
import { AnyQuery } from '#gateway/declare/question';
import { RequestContext } from '#gateway/declare/request-context';
import { TakesForms } from '#gateway/declare/route-kind';
import { Limited } from '#gateway/declare/limited';
import { Uncompressed } from '#gateway/declare/uncompressed';
import { profileRequest } from '#gateway/operations/profiles/profile-request';
import { fileNameOf, goneSignal, sendFile } from '#gateway/operations/profiles/profile-response';
import {
  RequestFindQuery,
  type RequestList,
  RequestListQuery,
  requestIdParameter,
} from '#gateway/operations/requests/request-input';
import { JobListQuery, type JobListRequest } from '#gateway/operations/jobs/job-list-query';
import { JobOperations } from '#gateway/operations/jobs/job-operations';
import { UsageDays } from '#gateway/operations/usage/usage-query';
import { Profiles } from '#gateway/operations/profiles/profiles';
import type { Context } from '#libs/upstream';
import { check } from '#libs/view';
import {
  applyDecorators,
  Body,
  Controller,
  Get,
  Header,
  HttpCode,
  Param,
  Post,
  Req,
  Res,
  VERSION_NEUTRAL,
} from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PAGE_ERRORS, PAGE_HEADERS } from './page-errors.ts';
import { Pages } from './pages.ts';

const HTML_TYPE = 'text/html; charset=utf-8';

/** A page for operators, whose errors are pages too. */
export const Page = (): MethodDecorator =>
  applyDecorators(
    Scopes('admin'),
    Header('content-type', HTML_TYPE),
    ...Object.entries(PAGE_HEADERS).map(([name, value]) => Header(name, value)),
    ErrorPage(PAGE_ERRORS.errorPage, PAGE_HEADERS),
  );

/** The pages of operators, at the admin port. They work without their script, which keeps them up to date. */
@Limited({ isFree: true })
@Uncompressed()
@ApiExcludeController()
@Controller({ path: 'admin/ui', version: VERSION_NEUTRAL })
export class PagesController {
  constructor(
    private readonly pages: Pages,
    private readonly profiles: Profiles,
    private readonly jobOperations: JobOperations,
  ) {}

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

  @Page()
  @Get('requests')
  @AnyQuery()
  requests(@RequestListQuery() { kind, minutes }: RequestList) {
    return this.pages.requests(kind, minutes);
  }

  @Page()
  @Get('requests/find')
  @AnyQuery()
  @HttpCode(303)
  find(@RequestFindQuery() id: string, @Res({ passthrough: true }) reply: FastifyReply) {
    void reply.header('location', `/admin/ui/requests/${id}`);
  }

  @Page()
  @Get('requests/:id')
  request(@Param('id') id: string) {
    return this.pages.request(requestIdParameter(id));
  }

  @Page()
  @Get('jobs')
  @AnyQuery()
  jobs(@JobListQuery() request: JobListRequest) {
    return this.pages.jobs(request);
  }

  @Page()
  @Post('jobs/:id/replay')
  @TakesForms()
  @HttpCode(303)
  async replay(
    @RequestContext() context: Context,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    await this.jobOperations.replay(context, id);
    void reply.header('location', '/admin/ui/jobs');
  }

  @Page()
  @Get('usage')
  @AnyQuery()
  usage(@UsageDays() days: string[]) {
    return this.pages.usage(days);
  }

  @Page()
  @Get('profiles')
  async profileForm() {
    const { profilesPage } = await import('./profiles.page.ts');
    return profilesPage(this.profiles);
  }

  @Page()
  @Post('profiles')
  @TakesForms()
  @HttpCode(200)
  async profile(
    @RequestContext() context: Context,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { kind, ...others } = check(profileRequest, body);
    if (kind === 'heap') {
      const snapshot = await this.profiles.file(context, { kind, ...others }, goneSignal(reply));
      sendFile(request, reply, kind);
      return snapshot;
    }
    const { finished } = await this.profiles.sample(context, { kind, ...others }, goneSignal(reply));
    request.isStream = true;
    const { profileResultPage } = await import('./profiles.page.ts');
    const result = profileResultPage({ kind, ...others }, fileNameOf(kind), this.profiles, finished);
    return Readable.from(result, { objectMode: false });
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

  @Public({ ignoresToken: true })
  @Get('live-events.js')
  @Header('content-type', 'text/javascript; charset=utf-8')
  async eventsScript() {
    return (await import('./live-events.ts')).LIVE_EVENTS_SCRIPT;
  }
}
