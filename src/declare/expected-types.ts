import { expectedTypes } from '#libs/view';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { GraphQLResolveInfo } from 'graphql';

/** The type names of the fragments that a GraphQL document has on a field of an interface type. */
export const ExpectedTypes = createParamDecorator((_: unknown, execution: ExecutionContext): ReadonlySet<string> =>
  expectedTypes(execution.getArgByIndex<GraphQLResolveInfo>(3)),
);
