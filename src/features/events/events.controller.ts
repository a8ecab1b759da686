import { FromQuery } from '#gateway/declare/question';
import { RequestContext } from '#gateway/declare/request-context';
import { Runs } from '#gateway/declare/runs';
import { Tag } from '#gateway/declare/tag';
import { LastSeen, StreamDoor, Streams } from '#gateway/transports/sse/stream-door';
import { StreamQuestion } from '#gateway/transports/sse/stream-question';
import type { Context } from '#libs/upstream';
import type { Asked } from '#libs/view';
import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { FollowActivity } from './follow-activity.ts';
import { FollowClock } from './follow-clock.ts';
import { FollowNotifications } from './follow-notifications.ts';
import { FollowSystem } from './follow-system.ts';

type Question = Asked<typeof StreamQuestion>;

@Tag('events', 'What happens, as streams.')
@Controller('events')
export class EventsController {
  constructor(
    private readonly notifications: FollowNotifications,
    private readonly clock: FollowClock,
    private readonly system: FollowSystem,
    private readonly activity: FollowActivity,
    private readonly door: StreamDoor,
  ) {}

  @Runs(FollowNotifications)
  @Get()
  @ApiOperation({ operationId: 'followNotifications', summary: "What happens to the caller's things" })
  @Streams('Events `order.placed` and `order.moved`; `gap` where some may have been missed.')
  async mine(
    @RequestContext() context: Context,
    @FromQuery(StreamQuestion) question: Question,
    @LastSeen() lastSeen: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    return this.door.open(request, reply, question, await this.notifications.run(context, lastSeen));
  }

  @Runs(FollowClock)
  @Get('clock')
  @ApiOperation({ operationId: 'followClock', summary: 'The time, every second' })
  @Streams('Events `tick`.')
  ticks(
    @FromQuery(StreamQuestion) question: Question,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    return this.door.open(request, reply, question, this.clock.run());
  }

  @Runs(FollowSystem)
  @Get('system')
  @ApiOperation({ operationId: 'followSystem', summary: 'How the upstreams are, for operators' })
  @Streams('Events `breaker.changed`; `gap` where some may have been missed.')
  ofSystem(
    @FromQuery(StreamQuestion) question: Question,
    @LastSeen() lastSeen: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    return this.door.open(request, reply, question, this.system.run(lastSeen));
  }

  @Runs(FollowActivity)
  @Get('user-activity')
  @ApiOperation({ operationId: 'followUserActivity', summary: 'Who does what, for operators' })
  @Streams('Events `activity`; `gap` where some may have been missed.')
  ofUsers(
    @FromQuery(StreamQuestion) question: Question,
    @LastSeen() lastSeen: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    return this.door.open(request, reply, question, this.activity.run(lastSeen));
  }
}
