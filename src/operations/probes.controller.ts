import { Public } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import { AnyQuery } from '#gateway/declare/question';
import { OfKind } from '#gateway/declare/route-kind';
import { GatewayError } from '#libs/errors';
import { Controller, Get, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { PROBE_PATHS } from './probe-paths.ts';
import { Readiness } from './readiness.ts';

/** The liveness and readiness probes. Whatever else they are asked for, a refusal would end the process or its traffic. */
@OfKind('probe')
@Limited({ isFree: true })
@ApiExcludeController()
@Controller({ version: VERSION_NEUTRAL })
export class ProbesController {
  constructor(private readonly readiness: Readiness) {}

  @Public({ ignoresToken: true })
  @AnyQuery()
  @Get(PROBE_PATHS.live)
  live() {
    return { status: 'ok' };
  }

  @Public({ ignoresToken: true })
  @AnyQuery()
  @Get(PROBE_PATHS.ready)
  ready() {
    if (!this.readiness.isReady) throw new GatewayError('OVERLOADED', { source: 'draining' });
    return { status: 'ok' };
  }
}
