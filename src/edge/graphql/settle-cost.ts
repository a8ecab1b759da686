import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphqlContext } from '#gateway/edge/doors/request-context';
import type { Reserve } from './limits/reserve.ts';

/** Settles what an operation has reserved when Apollo has run it. */
export const settleCost = (reserve: Reserve): ApolloServerPlugin<GraphqlContext> => ({
  requestDidStart: async () => ({
    willSendResponse: async ({ response, contextValue: { request }, document, operation: node }) => {
      if (response.body.kind !== 'single') return;
      reserve.settle(request, response.body.singleResult, document && node && { document, node });
    },
  }),
});
