import { ANSWER_TYPES, answerTypeFor } from '#gateway/edge/errors/answer-type';
import { askedIn, isIndirect, putDocument } from '#gateway/edge/graphql/asked';
import { Documents } from '#gateway/edge/graphql/documents';
import { OpenDocuments } from '#gateway/edge/graphql/prepared/open-documents';
import { GatewayError } from '#libs/errors';
import { Injectable } from '@nestjs/common';
import type { Done } from '#gateway/edge/stage';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Reserve } from './reserve.ts';

/**
 * Looks at a GraphQL document before it is validated: one that is too big is refused, and what it is estimated to cost is
 * taken from the caller's buckets.
 */
@Injectable()
export class LimitDocument {
  constructor(
    private readonly reserve: Reserve,
    private readonly documents: Documents,
    private readonly open: OpenDocuments,
  ) {}

  preHandler(request: FastifyRequest, reply: FastifyReply, done: Done): void {
    if (request.routeOptions.url !== '/graphql') return done();
    try {
      const reserved = this.limit(request, reply);
      if (reserved) reserved.then(() => done(), done);
      else done();
    } catch (error) {
      done(error as Error);
    }
  }

  private limit(request: FastifyRequest, reply: FastifyReply): Promise<void> | undefined {
    const asked = askedIn(request);
    if (Array.isArray(asked)) {
      throw new GatewayError('GRAPHQL_BATCH_REFUSED', {
        detail: 'One operation a request: batches are not taken.',
      });
    }
    const { text, trusted } = this.documents.resolve(asked);
    // What is no document is Apollo's to refuse.
    const operation =
      trusted ?? (text === undefined ? undefined : this.open.operationIn(text, asked.operationName));
    request.operation = operation;
    if (text !== undefined && isIndirect(asked)) putDocument(request, text);
    // Apollo would run it, and say so afterwards. Subscriptions are answered with events.
    if (operation && operation.node.operation !== 'subscription' && !answerTypeFor(request.headers.accept)) {
      throw new GatewayError('NOT_ACCEPTABLE', { detail: `There is: ${ANSWER_TYPES.join(', ')}.` });
    }
    return operation && this.reserve.take(operation, asked.variables, trusted !== undefined, request, reply);
  }
}
