import { ACCESS, type Access } from '#gateway/edge/auth/access';
import { authorize } from '#gateway/edge/auth/authorize';
import { asGatewayError } from '#gateway/edge/errors/as-gateway-error';
import { rootFields } from '#gateway/edge/graphql/check-access';
import { Documents } from '#gateway/edge/graphql/documents';
import { COST_UNIT } from '#gateway/edge/graphql/limits/limit-document';
import { measure } from '#gateway/edge/graphql/limits/measure';
import { Limiter, rateHeaders, refusalOf } from '#gateway/edge/limits/limiter';
import { GatewayError } from '#libs/errors';
import { Injectable } from '@nestjs/common';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { execute, type ExecutionResult } from 'graphql';
import { variableSchemasOf } from './json-schema-of.ts';
import type { TrustedOperation } from './trusted-operations.ts';

/** Answers trusted queries as REST resources: `web/home` at `/v1/views/web/home`. */
@Injectable()
export class Views {
  constructor(
    private readonly documents: Documents,
    private readonly schemas: GraphQLSchemaHost,
    private readonly limiter: Limiter,
  ) {}

  /** The answer of an operation. @throws {GatewayError} NOT_FOUND, BAD_REQUEST, and whatever the operation fails with */
  async run(id: string, request: FastifyRequest, reply: FastifyReply): Promise<object> {
    const operation = this.documents.trusted.get(id);
    if (operation?.node.operation !== 'query') throw new GatewayError('NOT_FOUND');
    const { schema } = this.schemas;
    const fields = schema.getQueryType()!.getFields();
    for (const name of rootFields(operation.node.selectionSet, operation.document)) {
      authorize(request, fields[name]?.extensions[ACCESS] as Access | undefined);
    }
    const variables = this.variablesIn(operation, request.query as Record<string, unknown>);
    await this.limit(operation, variables, request, reply);
    const result = await execute({
      schema,
      document: operation.document,
      variableValues: variables,
      contextValue: { request },
    });
    return answerOf(result as ExecutionResult);
  }

  /** The variables in a query string, as the operation declares them. @throws {GatewayError} BAD_REQUEST naming each */
  private variablesIn({ node }: TrustedOperation, query: Record<string, unknown>): Record<string, unknown> {
    const declared = variableSchemasOf(this.schemas.schema, node);
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
    if (errors.length)
      throw new GatewayError('BAD_REQUEST', { detail: 'The parameters are not acceptable.', errors });
    return variables;
  }

  private async limit(
    { document, node }: TrustedOperation,
    variables: Record<string, unknown>,
    { context }: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const { cost } = measure(this.schemas.schema, document, node, variables);
    const { forCaller, forAnybody } = this.limiter.plan({});
    const policies = context.caller.id === undefined ? forAnybody : forCaller;
    if (!policies.length) return;
    const reserved = await this.limiter.take(context, policies, Math.max(1, Math.round(cost / COST_UNIT)));
    const refusal = refusalOf(reserved);
    if (refusal) throw refusal;
    void reply.headers(rateHeaders(reserved));
  }
}

/** What failed fails the whole resource, as it would in REST: what may be missing is null, and in `degraded`. */
function answerOf({ data, errors }: ExecutionResult): object {
  const [error] = errors ?? [];
  if (!error) return data!;
  const { originalError } = error;
  if (originalError) throw asGatewayError(originalError);
  throw new GatewayError('BAD_REQUEST', { detail: error.message, cause: error });
}

/** A value of a query string, in the type that is wanted; undefined where it is not one. */
function valueOf(value: unknown, type: unknown): unknown {
  if (typeof value !== 'string') return undefined;
  if (type === 'integer' || type === 'number') {
    const number = Number(value);
    return value.trim() !== '' && (type === 'integer' ? Number.isSafeInteger(number) : Number.isFinite(number))
      ? number
      : undefined;
  }
  if (type === 'boolean') return value === 'true' ? true : value === 'false' ? false : undefined;
  return type === 'string' ? value : undefined;
}
