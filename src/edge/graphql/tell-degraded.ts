import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphqlContext } from '#gateway/edge/doors/request-context';
import { keepNothing } from '#libs/cache';
import type { Context } from '#libs/upstream';

/** What of a result is told besides data and errors. */
interface Result {
  errors?: readonly unknown[];
  extensions?: Record<string, unknown>;
}

/** Says in `extensions.degraded` all that could not be had, wherever in the document: only the end of it knows. */
export function withDegraded<R extends Result>(result: R, context: Context): R {
  if (result.errors?.length) keepNothing(context);
  const { degraded } = context;
  if (degraded.length) result.extensions = { ...result.extensions, degraded };
  return result;
}

export const tellDegraded: ApolloServerPlugin<GraphqlContext> = {
  requestDidStart: async () => ({
    willSendResponse: async ({ response, contextValue: { request } }) => {
      if (response.body.kind === 'single') withDegraded(response.body.singleResult, request.context);
    },
  }),
};
