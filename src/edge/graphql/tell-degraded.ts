import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphqlContext } from '#gateway/edge/doors/request-context';
import { keepNothing } from '#libs/cache';

/** Says in `extensions.degraded` all that could not be had, wherever in the document: only the end of it knows. */
export const tellDegraded: ApolloServerPlugin<GraphqlContext> = {
  requestDidStart: async () => ({
    willSendResponse: async ({ response, contextValue: { request } }) => {
      if (response.body.kind !== 'single') return;
      const { singleResult: result } = response.body;
      if (result.errors?.length) keepNothing(request.context);
      const { degraded } = request.context;
      if (degraded.length) result.extensions = { ...result.extensions, degraded };
    },
  }),
};
