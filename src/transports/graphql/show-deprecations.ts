import { DEPRECATED, type Deprecation, deprecationReason } from '#gateway/declare/deprecated';
import type { GraphQLSchema } from 'graphql';

/** Shows the root fields with `@Deprecated` as such in the schema, where clients and their tools look (GraphQL, 3.13.3). */
export function showDeprecations(schema: GraphQLSchema): void {
  for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    for (const field of Object.values(root?.getFields() ?? {})) {
      const deprecation = field.extensions[DEPRECATED] as Deprecation | undefined;
      if (deprecation) field.deprecationReason ??= deprecationReason(deprecation);
    }
  }
}
