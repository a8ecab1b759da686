import { loadConfig } from '#gateway/config/config';
import { startGateway } from '#gateway/gateway';
import { createLogger } from '#libs/observe';
import { expect, it } from '@jest/globals';
import { type GraphqlRequest, type Way, Ways } from './ways.ts';

/** Each is estimated at 4 and costs 2, as the use case does; 14 is all that a caller has. */
const LARGE: [string, GraphqlRequest][] = [
  ['a document that is not valid', { query: '{ products(pageSize: 80) { items { id nothing } } }' }],
  [
    'variables that do not fit',
    { query: 'query ($n: Int!) { products(pageSize: 80, page: $n) { items { id } } }', variables: { n: 'x' } },
  ],
];

it.each(LARGE)(
  '%s costs what its use case does, not what it asks for: nothing of it ran',
  async (_, requested) => {
    const settings = { RATE_LIMIT_ANONYMOUS: '14/3600', PORT: '0', ADMIN_PORT: '0' };
    const gateway = await startGateway(loadConfig(settings), createLogger('gateway', 'silent'));
    const codes: string[] = [];
    for (const way of ['POST', 'GET', 'QUERY', 'WebSocket', 'POST'] satisfies Way[]) {
      const { body } = await new Ways(gateway.url).sendRequest(way, requested);
      codes.push(body.errors![0]!.extensions.code);
    }
    await gateway.stop();
    expect(codes).toEqual(codes.map(() => 'GRAPHQL_VALIDATION_FAILED'));
  },
);
