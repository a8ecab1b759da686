import { Public } from '#gateway/declare/access';
import { AnyQuery } from '#gateway/declare/question';
import { Tag } from '#gateway/declare/tag';
import { Limited } from '#gateway/declare/limited';
import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Views } from './views.ts';

/** Serves trusted queries as REST resources. The root fields of a query decide who may call it. */
@Tag('views', 'Trusted GraphQL queries as REST resources.')
@ApiExcludeController()
@Controller('views')
export class ViewsController {
  constructor(private readonly views: Views) {}

  @Public()
  // Free here: the cost of the operation is reserved once it is known.
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

  /** @param documentId `sha256:<hash>` of any release */
  @Public()
  @Limited({ isFree: true })
  @AnyQuery()
  @Get(':documentId')
  released(
    @Param('documentId') documentId: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.views.run(documentId, request, reply);
  }
}
