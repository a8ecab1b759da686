import { ACCESS, type Access } from '#gateway/declare/access';
import { type Answer, answerOf } from '#gateway/declare/answers';
import { type Limits, LIMITS } from '#gateway/declare/limited';
import { refusalsOf } from '#gateway/declare/refusals';
import { useCaseOf } from '#gateway/declare/runs';
import { type DeclaredStream, streamOf } from '#gateway/transports/sse/streams';
import type { ErrorCode } from '#libs/errors';
import { EVENT_STREAM } from '#libs/negotiation';
import type { INestApplicationContext } from '@nestjs/common';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { FastifyContextConfig } from 'fastify';
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
  /** Whether its answer may come part by part. */
  mayBeInParts: boolean;
  /** Whether browsers call it by navigation. */
  isForBrowsers: boolean;
  /** The stream that it answers with. */
  stream: DeclaredStream | undefined;
  /** Whether its use case asks an upstream. */
  callsUpstreams: boolean;
}

/** A handler of a controller. */
export interface Handler {
  operationId: string;
  summary: string | undefined;
  /** As the document has it, for example `/v1/orders/{id}`. */
  path: string;
  handler: object;
}

/** Nest's metadata of `@Header`. */
const HEADERS_METADATA = '__headers__';

/** Nest's metadata of `@ApiOperation`. */
const API_OPERATION = 'swagger/apiOperation';

/** The `operationId` of a route that declares none. */
export const operationIdOf = (controller: string, method: string): string => `${controller}_${method}`;

/** The declarations of every route, by its `operationId`. */
export const describedRoutes = (app: INestApplicationContext): Map<string, DescribedRoute> =>
  new Map(handlersOf(app).map(({ operationId, handler }) => [operationId, described(app, handler)]));

/** Every handler of a controller. */
export function handlersOf(app: INestApplicationContext): Handler[] {
  const scanner = new MetadataScanner();
  const controllers = [...app.get(ModulesContainer).values()].flatMap((one) => [...one.controllers.values()]);
  return controllers.flatMap(({ instance, metatype }) =>
    scanner.getAllMethodNames(Object.getPrototypeOf(instance) as object).flatMap((name): Handler[] => {
      const handler = (instance as Record<string, object>)[name]!;
      const own = Reflect.getMetadata('path', handler) as string | undefined;
      if (own === undefined) return [];
      const { operationId, summary } = (Reflect.getMetadata(API_OPERATION, handler) ?? {}) as Partial<Handler>;
      const path = pathOf(metatype as object, own);
      return [{ operationId: operationId || operationIdOf(metatype!.name, name), summary, path, handler }];
    }),
  );
}

function pathOf(controller: object, own: string): string {
  const version = Reflect.getMetadata('__version__', controller) === undefined ? '/v1' : '';
  const path = `${version}/${Reflect.getMetadata('path', controller)}/${own}`;
  return path
    .replace(/\/{2,}/g, '/')
    .replace(/(.)\/$/, '$1')
    .replace(/:(\w+)/g, '{$1}');
}

function described(app: INestApplicationContext, handler: object): DescribedRoute {
  const useCase = useCaseOf(handler);
  const answer = answerOf(handler);
  return {
    access: (Reflect.getMetadata(ACCESS, handler) as Access | undefined) ?? {},
    limits: (Reflect.getMetadata(LIMITS, handler) as Limits | undefined) ?? {},
    answer,
    refusals: [...refusalsOf(handler), ...(useCase ? refusalsOf(useCase) : [])],
    hasRepresentation: (answer !== undefined && !answer.isUncached) || isKeptByCaches(handler),
    mayBeInParts: answer !== undefined && configOf(handler).mediaTypes?.includes(EVENT_STREAM) === true,
    isForBrowsers: configOf(handler).kind === 'browser',
    stream: streamOf(handler),
    callsUpstreams: useCase !== undefined && usesUpstream(app, useCase),
  };
}

/** Whether a handler declares a `Cache-Control` with which shared caches keep its answer: the edge gives it a tag. */
function isKeptByCaches(handler: object): boolean {
  const headers = (Reflect.getMetadata(HEADERS_METADATA, handler) ?? []) as { name: string; value: string }[];
  return headers.some(({ name, value }) => name.toLowerCase() === 'cache-control' && /\bpublic\b/.test(value));
}

const configOf = (handler: object): FastifyContextConfig =>
  (Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, handler) as FastifyContextConfig | undefined) ?? {};
