import { Public } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import { AnyQuery } from '#gateway/declare/question';
import { OfKind } from '#gateway/declare/route-kind';
import { Controller, Get, Headers, Res, UseGuards, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CONTENT_TYPES, formatFor } from './exposition/exposition-format.ts';
import { Metrics } from './metrics.ts';
import { MetricsTokenGuard } from './metrics-token.guard.ts';

/** Serves the metrics to Prometheus. */
@OfKind('metrics')
@Limited({ isFree: true })
@ApiExcludeController()
@Controller({ path: 'metrics', version: VERSION_NEUTRAL })
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @UseGuards(MetricsTokenGuard)
  @Public({ ignoresToken: true })
  @AnyQuery()
  @Get()
  async expose(@Headers('accept') accept: string | undefined, @Res({ passthrough: true }) reply: FastifyReply) {
    const format = formatFor(accept);
    void reply.type(CONTENT_TYPES[format]);
    return this.metrics.expose(format);
  }
}
