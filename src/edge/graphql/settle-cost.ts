import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphqlContext } from '#gateway/edge/doors/request-context';
import { Limiter } from '#gateway/edge/limits/limiter';
import { COST_UNIT } from './limits/limit-document.ts';
import { WEIGHTS } from './limits/list-sizes.ts';

/** Settles what an operation has reserved with what it turned out to be: the objects in its answer. */
export const settleCost = (limiter: Limiter): ApolloServerPlugin<GraphqlContext> => ({
  requestDidStart: async () => ({
    willSendResponse: async ({ response, contextValue: { request }, operation }) => {
      const { reserved } = request;
      if (!reserved || response.body.kind !== 'single') return;
      const { data } = response.body.singleResult;
      const mutations = operation?.operation === 'mutation' ? operation.selectionSet.selections.length : 0;
      const cost = (data ? objectsIn(data) - 1 : 0) + mutations * WEIGHTS.mutation;
      limiter.settle(reserved, Math.max(1, Math.round(cost / COST_UNIT)));
    },
  }),
});

function objectsIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = Array.isArray(value) ? 0 : WEIGHTS.object;
  for (const part of Object.values(value)) if (typeof part === 'object') count += objectsIn(part);
  return count;
}
