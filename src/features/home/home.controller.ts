import { Runs } from '#gateway/edge/doors/runs';
import { Answers } from '#gateway/edge/doors/answers';
import { RequestContext } from '#gateway/edge/doors/request-context';
import { WantedParts } from '#gateway/edge/doors/wanted-parts';
import { Progressive } from '#gateway/edge/streams/progress.interceptor';
import type { Context } from '#libs/upstream';
import type { Wanted } from '#libs/view';
import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { GetHome } from './get-home.ts';
import { HomeView } from './home.view.ts';

@ApiTags('home')
@Controller('home')
export class HomeController {
  constructor(private readonly getHome: GetHome) {}

  @Runs(GetHome)
  @Get()
  @ApiOperation({
    operationId: 'getHome',
    summary: 'What the home page shows',
    description:
      'With `Accept: text/event-stream`, an event `part` for each part as it is there, and `complete` with the rest: put together, they are the JSON answer.',
  })
  @Progressive()
  @Answers(HomeView)
  home(@RequestContext() context: Context, @WantedParts() wanted: Wanted) {
    return this.getHome.run(context, wanted);
  }
}
