import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadConfig } from '#gateway/config/config';
import { ACCESS } from '#gateway/edge/auth/access';
import { createGateway } from '#gateway/gateway';
import { createLogger } from '#libs/observe';
import { RequestMethod } from '@nestjs/common';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

let app: NestFastifyApplication;

beforeAll(async () => {
  app = await createGateway(loadConfig({}), createLogger('gateway', 'silent'));
});
afterAll(() => app.close());

/** Every REST handler, as `METHOD path` with its function. */
function routes() {
  const scanner = new MetadataScanner();
  const controllers = [...app.get(ModulesContainer).values()].flatMap((module) => [
    ...module.controllers.values(),
  ]);
  return controllers.flatMap(({ metatype, instance }) =>
    scanner.getAllMethodNames(Object.getPrototypeOf(instance)).flatMap((name) => {
      const handler = (instance as Record<string, object>)[name]!;
      const method = Reflect.getMetadata('method', handler) as RequestMethod | undefined;
      if (method === undefined) return [];
      const path = `${Reflect.getMetadata('path', metatype!)}/${Reflect.getMetadata('path', handler)}`;
      const version = Reflect.getMetadata('__version__', metatype!) as unknown;
      return [{ route: `${RequestMethod[method]} ${path.replaceAll('//', '/')}`, handler, version }];
    }),
  );
}

/** What may live outside of `/v1`: probes, keys, what browsers hold sessions with, and what operators ask. */
const UNVERSIONED = /^(GET (\/?(livez|readyz)|\.well-known\/jwks\.json|metrics\/)|[A-Z]+ (admin|bff)\/.*)$/;

describe('every door', () => {
  it('of REST says who may come in', () => {
    const undeclared = routes().filter(({ handler }) => !Reflect.hasMetadata(ACCESS, handler));
    expect(routes().length).toBeGreaterThan(15);
    expect(undeclared.map(({ route }) => route)).toEqual([]);
  });

  it('of REST has a version, but for probes, keys and operators', () => {
    const unversioned = routes().filter(({ version }) => version !== undefined);
    expect(unversioned.map(({ route }) => route).filter((route) => !UNVERSIONED.test(route))).toEqual([]);
  });

  it('of GraphQL says who may come in', () => {
    const { schema } = app.get(GraphQLSchemaHost);
    const fields = [schema.getQueryType()!, schema.getMutationType()!].flatMap((type) =>
      Object.values(type.getFields()),
    );
    expect(fields.length).toBeGreaterThan(10);
    expect(fields.filter(({ extensions }) => !extensions[ACCESS]).map(({ name }) => name)).toEqual([]);
  });
});
