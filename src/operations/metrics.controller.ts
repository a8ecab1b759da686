import { Public } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import { OfKind } from '#gateway/declare/route-kind';
import { Controller, Get, Header, UseGuards, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
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
  @Get()
  @Header('content-type', Metrics.contentType)
  expose() {
    return this.metrics.expose();
  }
}
