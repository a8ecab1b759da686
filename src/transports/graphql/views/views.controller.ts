import { Public } from '#gateway/declare/access';
import { AnyQuery } from '#gateway/declare/question';
import { Tag } from '#gateway/declare/tag';
import { Limited } from '#gateway/declare/limited';
import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Views } from './views.ts';

/** Trusted operations as REST resources. Who may ask is said by the fields that an operation asks for. */
@Tag('views', 'Operations that belong to clients, as resources.')
@ApiExcludeController()
@Controller('views')
export class ViewsController {
  constructor(private readonly views: Views) {}

  @Public()
  // What it costs depends on the operation: it is taken when that is known.
  @Limited({ isFree: true })
  @AnyQuery()
  @Get(':client/:operation')
  view(
    @Param('client') client: string,
    @Param('operation') operation: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.views.run(`${client}/${operation}`, request, reply);
  }
}
