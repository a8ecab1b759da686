import { Scopes } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import { Cache } from '#libs/cache';
import { check } from '#libs/view';
import { Body, Controller, Get, HttpCode, Post, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { z } from 'zod';

const MAX_TAGS = 100;

/** The tags to invalidate. */
const invalidation = z.strictObject({ tags: z.array(z.string().min(1).max(200)).min(1).max(MAX_TAGS) });

/** Reports the cache for operators, and invalidates tags for services that know of changes. */
@Limited({ isFree: true })
@ApiExcludeController()
@Controller({ path: 'admin/cache', version: VERSION_NEUTRAL })
export class CacheController {
  constructor(private readonly cache: Cache) {}

  @Scopes('admin')
  @Get()
  report() {
    return this.cache.report();
  }

  @Scopes('admin')
  @Post('invalidate')
  @HttpCode(200)
  async invalidate(@Body() body: unknown) {
    const { tags } = check(invalidation, body);
    await this.cache.invalidate(tags);
    return { tags };
  }
}
