import { initGraphQLTada } from 'gql.tada';
import type { introspection } from './schema.d.ts';

/** Types of documents by gql.tada, from the schema that its CLI wrote. */
export const graphql = initGraphQLTada<{
  introspection: introspection;
  scalars: { DateTime: string; SafeInt: number };
}>();
