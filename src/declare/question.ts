import { GatewayError } from '#libs/errors';
import {
  type InputOf,
  type Body,
  check,
  fromArguments,
  fromQueryString,
  type Input,
  type JsonSchema,
} from '#libs/view';
import { createParamDecorator, type ExecutionContext, type PipeTransform, SetMetadata } from '@nestjs/common';
import { Args } from '@nestjs/graphql';
import { ApiBody, ApiConsumes, ApiQuery } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Refuses } from './refusals.ts';

/** Query parameters of every route, which `edge` reads. */
const EVERYWHERE = ['fields', 'version'];

/** The metadata key of `@FromQuery`. */
const QUERY = 'atrium/query';

/**
 * Injects the validated query string of a REST route. @throws {GatewayError} BAD_REQUEST or VALIDATION_FAILED, field by
 * field
 */
export function FromQuery(input: Input): ParameterDecorator {
  return (target, method, index) => {
    const handler = handlerOf(target, method!);
    Reflect.defineMetadata(QUERY, input, handler.value);
    Refuses('VALIDATION_FAILED')(target, method!, handler);
    for (const [name, schema] of Object.entries(inputSchema(input).properties as Record<string, JsonSchema>)) {
      ApiQuery({ name, required: false, schema })(target, method!, handler);
    }
    createParamDecorator((_: unknown, execution: ExecutionContext) => {
      const { query } = execution.switchToHttp().getRequest<FastifyRequest>();
      return check(input.schema, fromQueryString(input, withoutEverywhere(query as Record<string, unknown>)));
    })()(target, method, index);
  };
}

/** Accepts any query parameters: a third party chooses them, and the handler reads them itself. */
export const AnyQuery = (): MethodDecorator => SetMetadata(QUERY, null);

/**
 * Injects the validated JSON body of a REST route. @throws {GatewayError} BAD_REQUEST or VALIDATION_FAILED, field by field
 */
export function FromBody(input: Body, mediaTypes = ['application/json']): ParameterDecorator {
  return (target, method, index) => {
    const handler = handlerOf(target, method!);
    const schema = { $ref: `#/components/schemas/${input.name}` };
    bodies.set(input.name, input);
    Refuses('VALIDATION_FAILED')(target, method!, handler);
    ApiBody({ required: true, schema })(target, method!, handler);
    ApiConsumes(...mediaTypes)(target, method!, handler);
    createParamDecorator((_: unknown, execution: ExecutionContext) => {
      return check(input.schema, execution.switchToHttp().getRequest<FastifyRequest>().body);
    })()(target, method, index);
  };
}

/** Injects the validated arguments of a GraphQL field. */
export const FromArgs = (input: Input): ParameterDecorator =>
  Args({ type: () => input.graphqlClass }, new Checked(input, fromArguments)) as ParameterDecorator;

/** Injects the validated argument `input` of a GraphQL mutation. */
export const FromInput = (input: Input): ParameterDecorator =>
  Args('input', { type: () => input.graphqlClass }, new Checked(input)) as ParameterDecorator;

class Checked<I extends Input> implements PipeTransform<Record<string, unknown>, InputOf<I>> {
  constructor(
    private readonly input: I,
    private readonly read: (given: Record<string, unknown>) => unknown = (given) => given,
  ) {}

  transform(given: Record<string, unknown>): InputOf<I> {
    return check(this.input.schema, this.read(given)) as InputOf<I>;
  }
}

/**
 * Refuses unknown query parameters of a route.
 * @param hasFields whether its answer has fields to select
 * @throws {GatewayError} BAD_REQUEST naming each
 */
export function refuseUnknownQuery(handler: object, { query }: FastifyRequest, hasFields: boolean): void {
  const declared = Reflect.getMetadata(QUERY, handler) as Input | null | undefined;
  if (declared === null) return;
  const isUnknown = (name: string) =>
    name === 'fields' ? !hasFields : declared === undefined && !EVERYWHERE.includes(name);
  const unknown = Object.keys(query as object).filter(isUnknown);
  if (!unknown.length) return;
  const errors = unknown.map((name) => ({ field: name.slice(0, 100), message: 'There is no such parameter' }));
  throw new GatewayError('BAD_REQUEST', { detail: 'There are unknown query parameters.', errors });
}

const bodies = new Map<string, Body>();

/** The schemas of all REST bodies, by name, for the OpenAPI document. */
export function bodySchemas(): Record<string, JsonSchema> {
  return Object.fromEntries([...bodies].map(([name, input]) => [name, inputSchema(input)]));
}

/** The JSON Schema of an input. */
export function inputSchema({ schema }: Body): JsonSchema {
  const { $schema: _, ...published } = z.toJSONSchema(schema, { io: 'input' });
  return published;
}

function withoutEverywhere(query: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(query).filter(([name]) => !EVERYWHERE.includes(name)));
}

function handlerOf(target: object, method: string | symbol): PropertyDescriptor {
  return Object.getOwnPropertyDescriptor(target, method)!;
}
