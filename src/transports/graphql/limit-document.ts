import { isOfKind } from '#gateway/declare/route-kind';
import { ANSWER_TYPES, answerTypeFor } from '#gateway/edge/errors/answer-type';
import { Documents } from './documents/documents.ts';
import { paramsOf } from './documents/params.ts';
import { AdHocDocuments } from './documents/ad-hoc-documents.ts';
import { EVENT_STREAM, takesEvents } from '#libs/negotiation';
import { GatewayError } from '#libs/errors';
import { Injectable } from '@nestjs/common';
import type { GraphqlLimits } from '#gateway/edge/graphql-stages';
import type { Done } from '#gateway/edge/stage/stage';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Reserve } from './limits/reserve.ts';

/** The methods of `/graphql`; others are refused there. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'QUERY']);

/**
 * Resolves and measures the operation of a request before validation: refuses one beyond a size limit, and reserves its estimated
 * cost from the caller's limits.
 */
@Injectable()
export class LimitDocument implements GraphqlLimits {
  constructor(
    private readonly reserve: Reserve,
    private readonly documents: Documents,
    private readonly open: AdHocDocuments,
  ) {}

  preHandler(request: FastifyRequest, reply: FastifyReply, done: Done): void {
    if (!isOfKind(request, 'graphql') || !METHODS.has(request.method)) return done();
    try {
      const reserved = this.limit(request, reply);
      if (reserved) reserved.then(() => done(), done);
      else done();
    } catch (error) {
      done(error as Error);
    }
  }

  private limit(request: FastifyRequest, reply: FastifyReply): Promise<void> | undefined {
    const params = paramsOf(request);
    const resolved = this.documents.resolve(request.context, params);
    const operation = this.open.requested(resolved, params.operationName);
    const { operation: kind } = operation.node;
    request.operation = operation;
    request.variables = params.variables;
    if (kind === 'mutation' && request.method !== 'POST') {
      const detail = 'A mutation must be sent with POST.';
      throw new GatewayError('METHOD_NOT_ALLOWED', { detail, headers: { allow: 'POST' } });
    }
    const { accept } = request.headers;
    const types = kind === 'subscription' ? [EVENT_STREAM] : [...ANSWER_TYPES, EVENT_STREAM];
    if (!takesEvents(accept) && (kind === 'subscription' || !answerTypeFor(accept)))
      throw new GatewayError('NOT_ACCEPTABLE', { detail: `A ${kind} is answered with ${types.join(' or ')}.` });
    return this.reserve.take(operation, params.variables, resolved.trusted !== undefined, request.context, reply);
  }
}
