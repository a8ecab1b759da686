import { Public } from '#gateway/edge/auth/access';
import { Limited } from '#gateway/edge/limits/limited';
import { Controller, Get, Header, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Metrics } from './metrics.ts';

@Limited({ isFree: true })
@ApiExcludeController()
@Controller({ path: 'metrics', version: VERSION_NEUTRAL })
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Public({ ignoresToken: true })
  @Get()
  @Header('content-type', Metrics.contentType)
  expose() {
    return this.metrics.expose();
  }
}
