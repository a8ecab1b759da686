import { ACCESS, type Access } from '#gateway/declare/access';
import { type Answer, answerOf } from '#gateway/declare/answers';
import { type Limits, LIMITS } from '#gateway/declare/limited';
import { refusalsOf } from '#gateway/declare/refusals';
import { useCaseOf } from '#gateway/declare/runs';
import type { ErrorCode } from '#libs/errors';
import type { INestApplicationContext } from '@nestjs/common';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { usesUpstream } from './uses-upstream.ts';

/** What the handler of a documented operation declares. */
export interface DescribedRoute {
  access: Access;
  limits: Limits;
  answer: Answer | undefined;
  /** The codes that the handler and its use case declare. */
  refusals: readonly ErrorCode[];
  /** Whether its success is a representation, whose entity tag clients can send back. */
  hasRepresentation: boolean;
  /** Whether its use case asks an upstream. */
  asksUpstreams: boolean;
}

/** Nest's metadata of `@ApiOperation`. */
const API_OPERATION = 'swagger/apiOperation';

/** The `operationId` of a route that declares none. */
export const operationIdOf = (controller: string, method: string): string => `${controller}_${method}`;

/** The declarations of every route, by its `operationId`. */
export function describedRoutes(app: INestApplicationContext): Map<string, DescribedRoute> {
  const scanner = new MetadataScanner();
  const routes = new Map<string, DescribedRoute>();
  for (const { controllers } of app.get(ModulesContainer).values()) {
    for (const { instance, metatype } of controllers.values()) {
      const handlers = instance as Record<string, object>;
      for (const name of scanner.getAllMethodNames(Object.getPrototypeOf(instance) as object)) {
        const handler = handlers[name]!;
        const operation = Reflect.getMetadata(API_OPERATION, handler) as { operationId?: string } | undefined;
        const id = operation?.operationId || operationIdOf(metatype!.name, name);
        routes.set(id, described(app, handler));
      }
    }
  }
  return routes;
}

function described(app: INestApplicationContext, handler: object): DescribedRoute {
  const useCase = useCaseOf(handler);
  const answer = answerOf(handler);
  return {
    access: (Reflect.getMetadata(ACCESS, handler) as Access | undefined) ?? {},
    limits: (Reflect.getMetadata(LIMITS, handler) as Limits | undefined) ?? {},
    answer,
    hasRepresentation: answer !== undefined,
    refusals: [...refusalsOf(handler), ...(useCase ? refusalsOf(useCase) : [])],
    asksUpstreams: useCase !== undefined && usesUpstream(app, useCase),
  };
}
