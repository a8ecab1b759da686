import { Audit } from '#gateway/identity/audit/audit';
import { Scopes } from '#gateway/declare/access';
import { RequestContext } from '#gateway/declare/request-context';
import { Limited } from '#gateway/declare/limited';
import { GatewayError } from '#libs/errors';
import type { Context } from '#libs/upstream';
import { check } from '#libs/view';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { z } from 'zod';
import { Broadcasts } from './broadcasts.ts';
import { OpenStreams } from '#gateway/edge/streams/open-streams';

/** The most streams listed; all are counted. */
const MAX_LISTED = 1_000;

/** The body of a broadcast: the message and its audience, by default all streams. */
const broadcastBody = z.strictObject({
  message: z.string().min(1).max(2_000),
  to: z
    .strictObject({
      scope: z.string().max(64).optional(),
      userId: z.string().max(255).optional(),
      route: z.string().max(200).optional(),
    })
    .default({}),
});

/** Operators' routes: open streams of this gateway, and broadcasts to the streams of all gateways. */
@Limited({ isFree: true })
@ApiExcludeController()
@Controller({ path: 'admin', version: VERSION_NEUTRAL })
export class StreamsController {
  constructor(
    private readonly streams: OpenStreams,
    private readonly broadcasts: Broadcasts,
    private readonly audit: Audit,
  ) {}

  @Scopes('admin')
  @Get('streams')
  list() {
    return this.streams.report(MAX_LISTED);
  }

  @Scopes('admin')
  @Delete('streams/:id')
  @HttpCode(204)
  end(@RequestContext() context: Context, @Param('id') id: string) {
    if (!this.streams.endById(id)) throw new GatewayError('NOT_FOUND', { detail: 'There is no such stream.' });
    this.audit.write(context, 'stream.ended', { userId: context.caller.id });
  }

  @Scopes('admin')
  @Post('broadcast')
  @HttpCode(200)
  async broadcast(@RequestContext() context: Context, @Body() body: unknown) {
    const { message, to } = check(broadcastBody, body);
    this.audit.write(context, 'broadcast', { userId: context.caller.id });
    return { received: await this.broadcasts.send(message, to) };
  }
}
