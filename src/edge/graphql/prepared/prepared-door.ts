import { askedIn, type Asked, objectOr } from '#gateway/edge/graphql/asked';
import { ErrorFormat } from '#gateway/edge/graphql/format-error';
import { SseDoor } from '#gateway/edge/graphql/subscriptions/sse-door';
import { GatewayError } from '#libs/errors';
import { Injectable } from '@nestjs/common';
import type { Done } from '#gateway/edge/stage';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ExecutionResult } from 'graphql';
import { answerTypeFor } from '#gateway/edge/errors/answer-type';
import { OpenDocuments } from './open-documents.ts';
import type { PreparedOperation } from './prepared-operation.ts';
import { RunPrepared, type WrittenAnswer } from './run-prepared.ts';

/**
 * Answers ordinary requests at `/graphql` without Apollo: what Apollo would do each time was done once for the document, or
 * is done by the hooks before this one. Whatever is unusual about a request, or wrong with it, is left to Apollo.
 */
@Injectable()
export class PreparedDoor {
  constructor(
    private readonly open: OpenDocuments,
    private readonly prepared: RunPrepared,
    private readonly sse: SseDoor,
    private readonly errors: ErrorFormat,
  ) {}

  preHandler(request: FastifyRequest, reply: FastifyReply, done: Done): void {
    const { operation } = request;
    if (operation?.node.operation === 'subscription') return this.subscribe(operation, request, reply, done);
    const type = operation && answerTypeFor(request.headers.accept);
    const variables = type && variablesOf(operation, request);
    if (!variables || this.open.mistakesIn(operation).length) return done();
    this.answer(operation, variables, request, reply, type).then((isAnswered) => isAnswered || done(), done);
  }

  private subscribe(operation: PreparedOperation, request: FastifyRequest, reply: FastifyReply, done: Done): void {
    const variables = variablesOf(operation, request);
    const [mistake] = this.open.mistakesIn(operation);
    // Apollo would have no words for who takes a stream alone.
    if (mistake)
      return done(new GatewayError('GRAPHQL_VALIDATION_FAILED', { detail: this.errors.format(mistake).message }));
    if (!variables) return done();
    this.sse.open(operation, variables, request, reply).catch(done);
  }

  /** @returns whether it was answered: not where the variables do not fit, which is Apollo's to say */
  private async answer(
    operation: PreparedOperation,
    variables: Record<string, unknown>,
    request: FastifyRequest,
    reply: FastifyReply,
    type: string,
  ): Promise<boolean> {
    this.prepared.authorize(operation, request);
    const result = await this.prepared.write(operation, variables, request, reply);
    if (!('text' in result) && result.data === undefined) return false;
    const body = 'text' in result ? textOf(result) : JSON.stringify(this.told(result));
    void reply.header('content-type', type).send(body);
    return true;
  }

  private told({ data, errors, extensions }: ExecutionResult): object {
    if (!errors) return { data, extensions };
    return { errors: errors.map((error) => this.errors.format(error)), data, extensions };
  }
}

function textOf({ text, extensions }: WrittenAnswer): string {
  return extensions ? `{"data":${text},"extensions":${JSON.stringify(extensions)}}` : `{"data":${text}}`;
}

/** The variables of an ordinary request; undefined for what Apollo should look at. */
function variablesOf(
  { node, isOnly }: PreparedOperation,
  request: FastifyRequest,
): Record<string, unknown> | undefined {
  const { operation } = node;
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (isRead ? operation === 'mutation' : request.method !== 'POST') return undefined;
  const { variables, operationName, extensions } = askedIn(request) as Asked;
  const isNamed = operationName !== undefined && operationName !== null;
  if (isNamed ? operationName !== node.name?.value : !isOnly) return undefined;
  const known = objectOr(extensions);
  return known && Object.keys(known).length === 0 ? objectOr(variables) : undefined;
}
