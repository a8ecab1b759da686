import type { INestApplicationContext } from '@nestjs/common';
import { RequestMethod } from '@nestjs/common';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { FastifyContextConfig } from 'fastify';
import { isAdminRoute } from './declare/admin-route.ts';
import { ACCESS, type Access } from './declare/access.ts';
import type { Priority } from './declare/priority.ts';

/** A handler that clients or operators can call. */
export interface Door {
  /** For example `GET /v1/me`, `query me` or `socket join`. */
  name: string;
  /** Whether it is served on the admin port. */
  isForOperators: boolean;
  access: Access | undefined;
  /** What a route declares; undefined for the default, and for fields and messages. */
  priority?: Priority;
}

/** All handlers of a gateway: REST routes, root fields of GraphQL, and socket messages. */
export function doorsOf(app: INestApplicationContext): Door[] {
  return [...routesOf(app), ...fieldsOf(app), ...messagesOf(app)];
}

function routesOf(app: INestApplicationContext): Door[] {
  const scanner = new MetadataScanner();
  const controllers = [...app.get(ModulesContainer).values()].flatMap((one) => [...one.controllers.values()]);
  return controllers.flatMap(({ metatype, instance }) =>
    scanner.getAllMethodNames(Object.getPrototypeOf(instance) as object).flatMap((name): Door[] => {
      const handler = (instance as Record<string, object>)[name]!;
      const method = Reflect.getMetadata('method', handler) as RequestMethod | undefined;
      if (method === undefined) return [];
      const [prefix, own] = [metatype!, handler].map((one) => Reflect.getMetadata('path', one) as string);
      const version = Reflect.getMetadata('__version__', metatype!) === undefined ? '/v1' : '';
      const path = `${version}/${prefix}/${own}`.replace(/\/{2,}/g, '/').replace(/(.)\/$/, '$1');
      const access = Reflect.getMetadata(ACCESS, handler) as Access | undefined;
      const isForOperators = isAdminRoute(path);
      const config = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, handler) as
        | FastifyContextConfig
        | undefined;
      return [{ name: `${RequestMethod[method]} ${path}`, isForOperators, access, priority: config?.priority }];
    }),
  );
}

function fieldsOf(app: INestApplicationContext): Door[] {
  const { schema } = app.get(GraphQLSchemaHost);
  const roots = {
    query: schema.getQueryType(),
    mutation: schema.getMutationType(),
    subscription: schema.getSubscriptionType(),
  };
  return Object.entries(roots).flatMap(([kind, type]) =>
    Object.values(type?.getFields() ?? {}).map((field): Door => {
      const access = field.extensions[ACCESS] as Access | undefined;
      return { name: `${kind} ${field.name}`, isForOperators: false, access };
    }),
  );
}

function messagesOf(app: INestApplicationContext): Door[] {
  const scanner = new MetadataScanner();
  const providers = [...app.get(ModulesContainer).values()].flatMap((one) => [...one.providers.values()]);
  const gateways = providers.filter(
    ({ metatype }) => metatype && Reflect.hasMetadata('websockets:is_gateway', metatype),
  );
  return gateways.flatMap(({ instance }) =>
    scanner.getAllMethodNames(Object.getPrototypeOf(instance) as object).flatMap((name): Door[] => {
      const handler = (instance as Record<string, object>)[name]!;
      if (!Reflect.hasMetadata('websockets:message_mapping', handler)) return [];
      const message = Reflect.getMetadata('message', handler) as string;
      const access = Reflect.getMetadata(ACCESS, handler) as Access | undefined;
      return [{ name: `socket ${message}`, isForOperators: false, access }];
    }),
  );
}
