import { contextOf } from '#gateway/declare/request-context';
import { type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { InjectThrottlerOptions, InjectThrottlerStorage, ThrottlerGuard } from '@nestjs/throttler';
import type { ThrottlerModuleOptions, ThrottlerStorage } from '@nestjs/throttler';
import type { FastifyReply } from 'fastify';
import { type Limits, LIMITS } from '#gateway/declare/limited';
import { type CostPlan, Limiter } from './limiter.ts';

const ALLOWED = Promise.resolve(true);

/**
 * Limits every REST route and every socket message. The plan of a handler is computed once. GraphQL operations are
 * limited as a whole by `transports/graphql`, not field by field. It does not use the throttler's own check, which reserves one limit
 * after another (a request that the second refuses has cost the first) and knows no costs: `docs/decisions/0023`.
 */
@Injectable()
export class LimitsGuard extends ThrottlerGuard {
  private readonly plans = new WeakMap<object, CostPlan>();

  constructor(
    @InjectThrottlerOptions() options: ThrottlerModuleOptions,
    @InjectThrottlerStorage() storage: ThrottlerStorage,
    reflector: Reflector,
    @Inject(Limiter) private readonly limiter: Limiter,
  ) {
    super(options, storage, reflector);
  }

  override canActivate(execution: ExecutionContext): Promise<boolean> {
    if (execution.getType<string>() === 'graphql') return ALLOWED;
    // Socket messages have no headers.
    const isHttp = execution.getType() === 'http';
    const reply = isHttp ? execution.switchToHttp().getResponse<FastifyReply>() : undefined;
    const reserving = this.limiter.reserve(contextOf(execution), this.planOf(execution), reply);
    return reserving ? reserving.then(() => true) : ALLOWED;
  }

  private planOf(execution: ExecutionContext): CostPlan {
    const handler = execution.getHandler();
    const known = this.plans.get(handler);
    if (known) return known;
    const limits =
      this.reflector.getAllAndOverride<Limits | undefined>(LIMITS, [handler, execution.getClass()]) ?? {};
    const plan = { cost: limits.cost ?? 1, ...this.limiter.plan(limits) };
    this.plans.set(handler, plan);
    return plan;
  }
}
