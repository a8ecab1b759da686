import { ACCESS, type Access } from '#gateway/declare/access';
import { LIMITS, type Limits } from '#gateway/declare/limited';
import type { INestApplicationContext } from '@nestjs/common';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { Limiter } from './limiter.ts';

/** A limit that is below the cost of single requests. */
export interface LimitBelowCost {
  policy: string;
  limit: number;
  /** The highest cost of a request that it limits. */
  cost: number;
  /** The handlers of such requests, as `Controller.method`. */
  handlers: string[];
}

/** The limits that are below the cost of a request by REST that they limit: such requests never pass. For warnings at the start. */
export function limitsBelowCosts(app: INestApplicationContext): LimitBelowCost[] {
  const limiter = app.get(Limiter);
  const found = new Map<string, LimitBelowCost>();
  for (const { name, limits, isPublic } of limitedHandlers(app)) {
    const { forCaller, forAnybody } = limiter.plan(limits);
    const cost = limits.cost ?? 1;
    // Others are asked to log in, whatever their limit is. The keys of partners have limits of their own.
    for (const { name: policy, limit } of new Set([...forCaller, ...(isPublic ? forAnybody : [])])) {
      if (cost <= limit) continue;
      const known = found.get(policy) ?? { policy, limit, cost, handlers: [] };
      found.set(policy, { ...known, cost: Math.max(known.cost, cost), handlers: [...known.handlers, name] });
    }
  }
  return [...found.values()];
}

interface LimitedHandler {
  name: string;
  limits: Limits;
  /** Whether anonymous clients pass. */
  isPublic: boolean;
}

function limitedHandlers(app: INestApplicationContext): LimitedHandler[] {
  const scanner = new MetadataScanner();
  const controllers = [...app.get(ModulesContainer).values()].flatMap((one) => [...one.controllers.values()]);
  return controllers.flatMap(({ metatype, instance }) =>
    scanner.getAllMethodNames(Object.getPrototypeOf(instance) as object).flatMap((method) => {
      const handler = (instance as Record<string, object>)[method]!;
      const limits = [handler, metatype as object]
        .map((one) => Reflect.getMetadata(LIMITS, one) as Limits | undefined)
        .find((one) => one !== undefined);
      const { isPublic = false } = (Reflect.getMetadata(ACCESS, handler) as Access | undefined) ?? {};
      return limits ? [{ name: `${(metatype as { name: string }).name}.${method}`, limits, isPublic }] : [];
    }),
  );
}
