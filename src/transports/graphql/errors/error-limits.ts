import type { Config } from '#gateway/config/config';

/** So many mistakes of a document, or of its variables, are named; one more says that there are others. */
const MAX_ERRORS = 5;

/** How much graphql-js says of what is wrong with a document and its variables: so many errors, and no suggestions in production. */
export function errorLimits({ NODE_ENV }: Config) {
  const hideSuggestions = NODE_ENV === 'production';
  return {
    validation: { maxErrors: MAX_ERRORS, hideSuggestions },
    execution: { options: { maxCoercionErrors: MAX_ERRORS }, hideSuggestions },
  };
}
