import { Scopes } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import { AnyQuery } from '#gateway/declare/question';
import { Uncompressed } from '#gateway/declare/uncompressed';
import { Controller, Get, Param, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { type RequestList, RequestListQuery, requestIdParameter, requestsFound } from './request-input.ts';
import { RequestSearch } from './request-search.ts';

/** Recent requests of all gateways, for operators' programs. */
@Limited({ isFree: true })
@Uncompressed()
@ApiExcludeController()
@Controller({ path: 'admin/requests', version: VERSION_NEUTRAL })
export class RequestsController {
  constructor(private readonly search: RequestSearch) {}

  @Scopes('admin')
  @Get()
  // It is checked as a whole below.
  @AnyQuery()
  list(@RequestListQuery() { kind, minutes }: RequestList) {
    return this.search.list(kind, minutes);
  }

  @Scopes('admin')
  @Get(':id')
  async withId(@Param('id') id: string) {
    return requestsFound(await this.search.withId(requestIdParameter(id)));
  }
}
