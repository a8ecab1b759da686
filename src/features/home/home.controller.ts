import { Runs } from '#gateway/declare/runs';
import { Answers } from '#gateway/declare/answers';
import { RequestContext } from '#gateway/declare/request-context';
import { SelectedFields } from '#gateway/declare/selected-fields';
import { Tag } from '#gateway/declare/tag';
import { MayBeInParts, PartByPart } from '#gateway/transports/sse/part-by-part';
import type { Context } from '#libs/upstream';
import type { Selection } from '#libs/view';
import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GetHome } from './get-home.ts';
import { HomeView } from './home.view.ts';

@Tag('home', 'The home page.')
@Controller('home')
export class HomeController {
  constructor(
    private readonly getHome: GetHome,
    private readonly parts: PartByPart,
  ) {}

  @Runs(GetHome)
  @Get()
  @ApiOperation({
    operationId: 'getHome',
    summary: 'The home page',
    description:
      'With `Accept: text/event-stream`, each part is sent as an event `part` when it is ready, then the rest as `complete`; merged, they equal the JSON response. With `Accept: application/x-ndjson` the same as lines: `{"part":{…}}`, then `{"complete":{…}}`, or `{"error":{…}}` if it fails midway.',
  })
  @Answers(HomeView)
  @MayBeInParts()
  home(
    @RequestContext() context: Context,
    @SelectedFields() selection: Selection,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.parts.answer(request, reply, () => this.getHome.run(context, selection));
  }
}
