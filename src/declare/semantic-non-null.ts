import { Extensions } from '@nestjs/graphql';

/** The extension of root fields that are null only where an error says why. */
export const SEMANTIC_NON_NULL = 'semanticNonNull';

/**
 * Marks a root field that is nullable only so that its failure leaves the other root fields of a document alone: null always
 * has an error beside it ("semantic non-null" in the nullability proposals of GraphQL). Where an error fails the whole
 * answer, as in view routes, it is never null.
 */
export const SemanticNonNull = (): MethodDecorator => Extensions({ [SEMANTIC_NON_NULL]: true });
