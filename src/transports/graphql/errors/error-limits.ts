import type { Config } from '#gateway/config/config';

/** The most errors reported for a document or its variables; one more says that there are others. */
const MAX_ERRORS = 5;

/** The options of graphql-js that limit its validation and coercion errors, and hide suggestions in production. */
export function errorLimits({ NODE_ENV }: Config) {
  const hideSuggestions = NODE_ENV === 'production';
  return {
    validation: { maxErrors: MAX_ERRORS, hideSuggestions },
    execution: { options: { maxCoercionErrors: MAX_ERRORS }, hideSuggestions },
  };
}
