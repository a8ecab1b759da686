import { Scopes } from '#gateway/declare/access';
import { FromQuery } from '#gateway/declare/question';
import { Limited } from '#gateway/declare/limited';
import { ApiKeys } from '#gateway/identity/api-keys/api-keys';
import { Limiter } from '#gateway/edge/limits/limiter';
import { Shedding } from '#gateway/edge/shedding/shedding';
import { addressKey } from '#libs/client-address';
import { type InputOf, input } from '#libs/view';
import { Controller, Get, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { z } from 'zod';

/** Selects the buckets to report: those of a caller, an API key or an address. */
const LimitsQuestion = input('LimitsQuestion', {
  caller: z.string().max(255).optional(),
  apiKey: z.string().max(64).optional(),
  address: z.string().max(64).optional(),
});

/** Reports the limits, and what a caller has left of them, for operators. */
@Limited({ isFree: true })
@ApiExcludeController()
@Controller({ path: 'admin/limits', version: VERSION_NEUTRAL })
export class LimitsController {
  constructor(
    private readonly limiter: Limiter,
    private readonly apiKeys: ApiKeys,
    private readonly shedding: Shedding,
  ) {}

  @Scopes('admin')
  @Get()
  async report(@FromQuery(LimitsQuestion) { caller, apiKey, address }: InputOf<typeof LimitsQuestion>) {
    const policies = this.limiter.policies.map(({ name, limit, windowMs }) => {
      return { name, limit, windowMs, ...this.limiter.counts.get(name)! };
    });
    const names = { caller, apiKey, address: address === undefined ? undefined : addressKey(address) };
    const key = apiKey === undefined ? undefined : await this.apiKeys.withId(apiKey);
    const buckets = await this.limiter.peek(names, key?.rateLimit);
    return { policies, shedding: this.shedding.report(), buckets };
  }
}
