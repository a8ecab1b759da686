import { Documents } from '#gateway/transports/graphql/documents/documents';
import { Executor } from '#gateway/transports/graphql/execute/executor';
import { ErrorFormat } from '#gateway/transports/graphql/errors/format-error';
import { Reserve } from '#gateway/transports/graphql/limits/reserve';
import { OperationRunner } from '#gateway/transports/graphql/run/operation-runner';
import { GatewayError } from '#libs/errors';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ExecutionResult } from 'graphql';
import type { PersistedOperation } from '#gateway/transports/graphql/documents/persisted-operations';
import { ViewVariables } from './view-variables.ts';

/** Runs trusted queries for their REST routes: `web/home` at `/v1/views/web/home`, any release at `/v1/views/sha256:<hash>`. */
@Injectable()
export class Views {
  private readonly variables = new WeakMap<PersistedOperation, ViewVariables | undefined>();

  constructor(
    private readonly documents: Documents,
    private readonly executor: Executor,
    private readonly reserve: Reserve,
    private readonly runner: OperationRunner,
    private readonly errors: ErrorFormat,
  ) {}

  /** The data of an operation as JSON. @throws {GatewayError} NOT_FOUND, BAD_REQUEST, and any error of the operation */
  async run(id: string, request: FastifyRequest, reply: FastifyReply): Promise<string> {
    const { context } = request;
    const operation = this.documents.find(context, id);
    const declared = operation && this.variablesOf(operation);
    if (!operation || !declared) throw new GatewayError('NOT_FOUND');
    this.runner.authorize(operation, context);
    const variables = declared.read(request.query as Record<string, unknown>);
    await this.reserve.take(operation, variables, true, context, reply);
    const written = await this.runner.write(operation, variables, { context, request });
    const result = written ?? (await this.runner.run(operation, variables, { context, request }));
    const text = 'text' in result ? result.text : this.answerOf(result);
    void reply.type('application/json; charset=utf-8');
    return text;
  }

  /** The data as JSON. Any error fails the whole resource, as in REST; optional parts are null and named in `degraded`. */
  private answerOf({ data, errors }: ExecutionResult): string {
    const [error] = errors ?? [];
    if (error) throw this.errors.asGatewayError(error);
    return JSON.stringify(data);
  }

  private variablesOf(operation: PersistedOperation): ViewVariables | undefined {
    if (!this.variables.has(operation))
      this.variables.set(operation, ViewVariables.of(this.executor.schema, operation.node));
    return this.variables.get(operation);
  }
}
