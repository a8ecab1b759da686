import { expectedTypes } from '#libs/view';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { GraphQLResolveInfo } from 'graphql';

/** The names of the types that a GraphQL document has fragments on, for a field that is an interface. */
export const ExpectedTypes = createParamDecorator((_: unknown, execution: ExecutionContext): ReadonlySet<string> =>
  expectedTypes(execution.getArgByIndex<GraphQLResolveInfo>(3)),
);
