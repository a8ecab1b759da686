import { Limited } from '#gateway/declare/limited';
import { FromQuery } from '#gateway/declare/question';
import { Runs } from '#gateway/declare/runs';
import { LastSeen, StreamResponder } from '#gateway/transports/sse/stream-responder';
import { StreamQuestion } from '#gateway/transports/sse/stream-question';
import type { InputOf } from '#libs/view';
import { Controller, Get, Req, Res, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { FollowActivity } from './follow-activity.ts';
import { FollowSystem } from './follow-system.ts';

/** The streams for operators at the admin port, where their pages draw them: `/v1/events/…` is of another origin. */
@Limited({ isFree: true })
@ApiExcludeController()
@Controller({ path: 'admin/events', version: VERSION_NEUTRAL })
export class AdminEventsController {
  constructor(
    private readonly system: FollowSystem,
    private readonly activity: FollowActivity,
    private readonly streams: StreamResponder,
  ) {}

  @Runs(FollowSystem)
  @Get('system')
  ofSystem(
    @FromQuery(StreamQuestion) question: InputOf<typeof StreamQuestion>,
    @LastSeen() lastSeen: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    return this.streams.open(request, reply, question, this.system.run(lastSeen));
  }

  @Runs(FollowActivity)
  @Get('user-activity')
  ofUsers(
    @FromQuery(StreamQuestion) question: InputOf<typeof StreamQuestion>,
    @LastSeen() lastSeen: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    return this.streams.open(request, reply, question, this.activity.run(lastSeen));
  }
}
