import { Scopes } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import { UpstreamClients } from '#libs/upstream';
import { Body, Controller, HttpCode, Post, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { candidateOf } from './candidate.ts';
import { Rehearsals } from './rehearsals.ts';

/** Rehearses policies before they are switched, for operators. */
@Limited({ isFree: true })
@ApiExcludeController()
@Controller({ path: 'admin/rehearse', version: VERSION_NEUTRAL })
export class RehearsalController {
  constructor(
    private readonly rehearsals: Rehearsals,
    private readonly clients: UpstreamClients,
  ) {}

  @Scopes('admin')
  @Post()
  @HttpCode(200)
  rehearse(@Body() body: unknown) {
    const known = this.clients.all().map(({ upstream }) => upstream.name);
    return this.rehearsals.run(candidateOf(body, known));
  }
}
