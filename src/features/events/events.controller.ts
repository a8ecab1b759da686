import { FromQuery } from '#gateway/declare/question';
import { RequestContext } from '#gateway/declare/request-context';
import { Runs } from '#gateway/declare/runs';
import { Tag } from '#gateway/declare/tag';
import { LastSeen, StreamResponder } from '#gateway/transports/sse/stream-responder';
import { Streams } from '#gateway/transports/sse/streams';
import { StreamQuestion } from '#gateway/transports/sse/stream-question';
import type { Context } from '#libs/upstream';
import type { InputOf } from '#libs/view';
import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ACTIVITY_EVENTS, CLOCK_EVENTS, NOTIFICATION_EVENTS, SYSTEM_EVENTS } from './event-types.ts';
import { FollowActivity } from './follow-activity.ts';
import { FollowClock } from './follow-clock.ts';
import { FollowNotifications } from './follow-notifications.ts';
import { FollowSystem } from './follow-system.ts';

type Question = InputOf<typeof StreamQuestion>;

@Tag('events', 'Event streams.')
@Controller('events')
export class EventsController {
  constructor(
    private readonly notifications: FollowNotifications,
    private readonly clock: FollowClock,
    private readonly system: FollowSystem,
    private readonly activity: FollowActivity,
    private readonly streams: StreamResponder,
  ) {}

  @Runs(FollowNotifications)
  @Get()
  @ApiOperation({ operationId: 'followNotifications', summary: "Notifications about the caller's orders" })
  @Streams(
    'Events `order.placed`, `order.moved`, `orders.digest` and `job.ended`; `gap` if some may be missing.',
    NOTIFICATION_EVENTS,
  )
  async mine(
    @RequestContext() context: Context,
    @FromQuery(StreamQuestion) question: Question,
    @LastSeen() lastSeen: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    return this.streams.open(request, reply, question, await this.notifications.run(context, lastSeen));
  }

  @Runs(FollowClock)
  @Get('clock')
  @ApiOperation({ operationId: 'followClock', summary: 'The time, every second' })
  @Streams('Events `tick`.', CLOCK_EVENTS)
  ticks(
    @FromQuery(StreamQuestion) question: Question,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    return this.streams.open(request, reply, question, this.clock.run());
  }

  @Runs(FollowSystem)
  @Get('system')
  @ApiOperation({ operationId: 'followSystem', summary: 'The state of gateways and upstreams, for operators' })
  @Streams(
    'Events `status`, every five seconds from each process, and `breaker.changed`; `gap` if some may be missing.',
    SYSTEM_EVENTS,
  )
  ofSystem(
    @FromQuery(StreamQuestion) question: Question,
    @LastSeen() lastSeen: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    return this.streams.open(request, reply, question, this.system.run(lastSeen));
  }

  @Runs(FollowActivity)
  @Get('user-activity')
  @ApiOperation({ operationId: 'followUserActivity', summary: 'Who does what, for operators' })
  @Streams('Events `activity`; `gap` if some may be missing.', ACTIVITY_EVENTS)
  ofUsers(
    @FromQuery(StreamQuestion) question: Question,
    @LastSeen() lastSeen: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    return this.streams.open(request, reply, question, this.activity.run(lastSeen));
  }
}
