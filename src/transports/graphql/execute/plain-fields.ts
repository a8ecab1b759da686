import { FIRST } from '#gateway/declare/first';
import { MetadataScanner, type ModulesContainer } from '@nestjs/core';
import { type GraphQLSchema, isObjectType } from 'graphql';

/**
 * Removes Nest's default field resolvers, which only read the property of the field's name, so that executors need not call them.
 * Fields with an own resolver keep it, and those of `@First` are marked in their extensions.
 */
export function makePlain(schema: GraphQLSchema, modules: ModulesContainer): void {
  const resolvers = resolversIn(modules);
  const roots = new Set([schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]);
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || roots.has(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const resolver = resolvers.get(`${type.name}.${field.name}`);
      if (!resolver) field.resolve = undefined;
      else if (Reflect.getMetadata(FIRST, resolver)) field.extensions = { ...field.extensions, [FIRST]: true };
    }
  }
}

/** Finds the methods with `@ResolveField`, by `Type.field`. */
function resolversIn(modules: ModulesContainer): Map<string, object> {
  const scanner = new MetadataScanner();
  const found = new Map<string, object>();
  for (const { metatype, instance } of [...modules.values()].flatMap(({ providers }) => [...providers.values()])) {
    const type = metatype && (Reflect.getMetadata('graphql:resolver_name', metatype) as string | undefined);
    if (!type) continue;
    for (const name of scanner.getAllMethodNames(Object.getPrototypeOf(instance) as object)) {
      const method = (instance as Record<string, object>)[name]!;
      if (!Reflect.getMetadata('graphql:resolve_property', method)) continue;
      found.set(`${type}.${(Reflect.getMetadata('graphql:resolver_name', method) as string) ?? name}`, method);
    }
  }
  return found;
}
