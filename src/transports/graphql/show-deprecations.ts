import { DEPRECATED, type Deprecation, deprecationReason } from '#gateway/declare/deprecated';
import type { GraphQLSchema } from 'graphql';

/** Adds `@deprecated` to the root fields of a schema whose handlers have `@Deprecated` (GraphQL, 3.13.3). */
export function showDeprecations(schema: GraphQLSchema): void {
  for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    for (const field of Object.values(root?.getFields() ?? {})) {
      const deprecation = field.extensions[DEPRECATED] as Deprecation | undefined;
      if (deprecation) field.deprecationReason ??= deprecationReason(deprecation);
    }
  }
}
