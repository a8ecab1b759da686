import { answerOf } from '#gateway/declare/answers';
import { queryContentOf } from '#gateway/declare/from-query-content';
import { inputSchema } from '#gateway/declare/question';
import { JSON_TYPE } from '#libs/negotiation';
import { viewRef } from '#libs/view';
import type { INestApplicationContext } from '@nestjs/common';
import { handlersOf } from './described-routes.ts';
import type { Operation } from './finish-operation.ts';

/**
 * The QUERY operations (RFC 10008), by path: each takes as JSON what the GET of the same resource takes as its query.
 * Nest does not document them, and before 3.2 OpenAPI could not.
 */
export function queryOperations(app: INestApplicationContext): [path: string, query: Operation][] {
  return handlersOf(app).flatMap(({ operationId, summary, path, handler }) => {
    const input = queryContentOf(handler);
    const answer = answerOf(handler);
    if (!input || !answer) return [];
    const requestBody = { required: true, content: { [JSON_TYPE]: { schema: inputSchema(input) } } };
    const content = { [JSON_TYPE]: { schema: viewRef(answer.view) } };
    const responses = { 200: { description: 'OK.', content } };
    return [[path, { operationId, summary, requestBody, responses }]];
  });
}
