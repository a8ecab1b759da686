import { Documents } from '#gateway/transports/graphql/documents/documents';
import { Executor } from '#gateway/transports/graphql/execute/executor';
import { ErrorFormat } from '#gateway/transports/graphql/errors/format-error';
import { Reserve } from '#gateway/transports/graphql/limits/reserve';
import { OperationRunner } from '#gateway/transports/graphql/run/operation-runner';
import { GatewayError } from '#libs/errors';
import { numberOfText } from '#libs/view';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ExecutionResult } from 'graphql';
import { variableSchemasOf } from './json-schema-of.ts';
import type { PersistedOperation } from '#gateway/transports/graphql/documents/persisted-operations';

/** Runs trusted queries for their REST routes: `web/home` at `/v1/views/web/home`, any release at `/v1/views/sha256:<hash>`. */
@Injectable()
export class Views {
  private readonly declared = new WeakMap<PersistedOperation, ReturnType<typeof variableSchemasOf>>();

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
    if (operation?.node.operation !== 'query') throw new GatewayError('NOT_FOUND');
    this.runner.authorize(operation, context);
    const variables = this.variablesIn(operation, request.query as Record<string, unknown>);
    await this.reserve.take(operation, variables, true, context, reply);
    const written = await this.runner.write(operation, variables, { context, request });
    const result = written ?? (await this.runner.run(operation, variables, { context, request }));
    const text = 'text' in result ? result.text : this.answerOf(result);
    void reply.type('application/json; charset=utf-8');
    return text;
  }

  /** Converts a query string to the declared variables. @throws {GatewayError} BAD_REQUEST naming each wrong parameter */
  private variablesIn(operation: PersistedOperation, query: Record<string, unknown>): Record<string, unknown> {
    const declared = this.declaredBy(operation);
    const { version: _, ...given } = query;
    const errors = Object.keys(given)
      .filter((name) => !declared.some((one) => one.name === name))
      .map((name) => ({ field: name.slice(0, 100), message: 'There is no such parameter' }));
    const variables: Record<string, unknown> = {};
    for (const { name, isRequired, schema } of declared) {
      const value = given[name];
      if (value === undefined && isRequired) errors.push({ field: name, message: 'Must be given' });
      if (value === undefined) continue;
      const read = valueOf(value, [schema['type']].flat()[0]);
      if (read === undefined)
        errors.push({ field: name, message: `Must be of the type ${String(schema['type'])}` });
      else variables[name] = read;
    }
    if (errors.length) throw new GatewayError('BAD_REQUEST', { detail: 'The parameters are invalid.', errors });
    return variables;
  }

  /** The data as JSON. Any error fails the whole resource, as in REST; optional parts are null and named in `degraded`. */
  private answerOf({ data, errors }: ExecutionResult): string {
    const [error] = errors ?? [];
    if (error) throw this.errors.asGatewayError(error);
    return JSON.stringify(data);
  }

  private declaredBy(operation: PersistedOperation) {
    let declared = this.declared.get(operation);
    if (!declared)
      this.declared.set(operation, (declared = variableSchemasOf(this.executor.schema, operation.node)));
    return declared;
  }
}

/** A number as JSON and GraphQL write it. */
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** Converts a query string value to a JSON Schema type; undefined if it does not fit. */
function valueOf(value: unknown, type: unknown): unknown {
  if (typeof value !== 'string') return undefined;
  if (type === 'integer') {
    const number = numberOfText(value);
    return typeof number === 'number' ? number : undefined;
  }
  if (type === 'number') return NUMBER.test(value) && Number.isFinite(Number(value)) ? Number(value) : undefined;
  if (type === 'boolean') return value === 'true' ? true : value === 'false' ? false : undefined;
  return type === 'string' ? value : undefined;
}
