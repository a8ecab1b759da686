import { Extensions } from '@nestjs/graphql';

/** The extension of root fields that are null only beside an error. */
export const SEMANTIC_NON_NULL = 'semanticNonNull';

/**
 * Marks a root field that is nullable only so that its failure does not null the whole response: null always comes with an
 * error ("semantic non-null" in GraphQL's nullability proposals). Where an error fails the whole response, as in persisted
 * operations' routes, it is never null.
 */
export const SemanticNonNull = (): MethodDecorator => Extensions({ [SEMANTIC_NON_NULL]: true });
