import { askedIn, type Asked } from '#gateway/edge/graphql/asked';
import { formatError } from '#gateway/edge/graphql/format-error';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ExecutionResult } from 'graphql';
import { PinoLogger } from 'nestjs-pino';
import { answerTypeFor } from './answer-type.ts';
import { RunTrusted } from './run-trusted.ts';
import type { TrustedOperation } from './trusted-operations.ts';

/**
 * Answers at `/graphql` what is asked of a trusted operation, without Apollo: what Apollo would do was done at start, or is
 * done by the hooks before this one. Whatever is unusual about a request is left to Apollo.
 */
@Injectable()
export class TrustedDoor implements OnModuleInit {
  private readonly format: ReturnType<typeof formatError>;

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly trusted: RunTrusted,
    logger: PinoLogger,
  ) {
    this.format = formatError(logger);
  }

  onModuleInit(): void {
    const server = this.host.httpAdapter.getInstance<FastifyInstance>();
    server.addHook('preHandler', (request, reply, done) => {
      const { trusted } = request;
      const type = trusted && answerTypeFor(request.headers.accept);
      const variables = type && variablesOf(trusted, request);
      if (!variables) return done();
      this.answer(trusted, variables, request, reply, type).then((isAnswered) => isAnswered || done(), done);
    });
  }

  /** @returns whether it was answered: not where the variables do not fit, which is Apollo's to say */
  private async answer(
    operation: TrustedOperation,
    variables: Record<string, unknown>,
    request: FastifyRequest,
    reply: FastifyReply,
    type: string,
  ): Promise<boolean> {
    this.trusted.authorize(operation, request);
    const result = await this.trusted.run(operation, variables, request);
    if (result.data === undefined) return false;
    void reply.header('content-type', type).send(JSON.stringify(this.told(result)));
    return true;
  }

  private told({ data, errors, extensions }: ExecutionResult): object {
    if (!errors) return { data, extensions };
    return { errors: errors.map((error) => this.format(error.toJSON(), error)), data, extensions };
  }
}

/** The variables of an ordinary request; undefined for what Apollo should look at. */
function variablesOf({ node }: TrustedOperation, request: FastifyRequest): Record<string, unknown> | undefined {
  const isRead = request.method === 'GET' && node.operation === 'query';
  if (!isRead && request.method !== 'POST') return undefined;
  const { variables, operationName, extensions } = askedIn(request) as Asked;
  if (operationName !== undefined && operationName !== null && operationName !== node.name?.value)
    return undefined;
  if (extensions !== undefined && Object.keys(extensions ?? {}).length) return undefined;
  if (variables === undefined || variables === null) return {};
  return typeof variables === 'object' && !Array.isArray(variables)
    ? (variables as Record<string, unknown>)
    : undefined;
}
