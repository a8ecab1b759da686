import { GatewayError } from '#libs/errors';
import { check, numberOfText } from '#libs/view';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { KEPT_MINUTES, REQUEST_LISTS } from './recent-requests.ts';
import type { Found } from './request-search.ts';

const requestListQuery = z.strictObject({
  kind: z.enum(REQUEST_LISTS, `Must be one of: ${REQUEST_LISTS.join(', ')}`).default('slowest'),
  minutes: z
    .preprocess(
      numberOfText,
      z.number('Must be a whole number').int('Must be a whole number').min(1).max(KEPT_MINUTES),
    )
    .default(KEPT_MINUTES),
});

const requestFindQuery = z.strictObject({ id: z.string().trim() });

/** Injects the selected list of recent requests. @throws {GatewayError} BAD_REQUEST or VALIDATION_FAILED */
export const RequestListQuery = createParamDecorator((_: unknown, execution: ExecutionContext) =>
  check(requestListQuery, queryOf(execution)),
);

/** Injects the id that a form sends. @throws {GatewayError} BAD_REQUEST */
export const RequestFindQuery = createParamDecorator((_: unknown, execution: ExecutionContext) =>
  requestIdParameter(check(requestFindQuery, queryOf(execution)).id),
);

const queryOf = (execution: ExecutionContext): unknown =>
  execution.switchToHttp().getRequest<FastifyRequest>().query;

/** A list of recent requests. */
export type RequestList = z.infer<typeof requestListQuery>;

const ID = /^[A-Za-z0-9._-]{1,128}$/;

/** A request id or trace id of a path. @throws {GatewayError} BAD_REQUEST */
export function requestIdParameter(id: string): string {
  if (ID.test(id)) return id;
  throw new GatewayError('BAD_REQUEST', {
    detail: 'A request id has up to 128 letters, digits or . _ -; a trace id has 32 hexadecimal digits.',
    errors: [{ field: 'id', message: 'Must be a request id or a trace id' }],
  });
}

/** What was found. @throws {GatewayError} NOT_FOUND if nothing was */
export function requestsFound<Result>(found: Found<Result>): Found<Result> {
  if (found.requests.length) return found;
  throw new GatewayError('NOT_FOUND', {
    detail: `No request with this id was kept: at most ${KEPT_MINUTES} minutes of the requests of running processes are.`,
  });
}
