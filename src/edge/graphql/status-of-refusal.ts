import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphqlContext } from '#gateway/edge/doors/request-context';
import { takesJsonAlone } from '#gateway/edge/errors/answer-type';

/**
 * A document that was refused before it ran is answered with 200 to a client that takes plain JSON alone: it cannot tell
 * otherwise who refused (GraphQL over HTTP, section 6.4.1). All others get the status.
 */
export const statusOfRefusal: ApolloServerPlugin<GraphqlContext> = {
  requestDidStart: async () => ({
    willSendResponse: async ({ response, contextValue: { request } }) => {
      const { body, http } = response;
      if (http.status !== 400 || body.kind !== 'single' || 'data' in body.singleResult) return;
      const code = body.singleResult.errors?.[0]?.extensions?.['code'];
      if (String(code).startsWith('GRAPHQL_') && takesJsonAlone(request.headers.accept)) http.status = 200;
    },
  }),
};
