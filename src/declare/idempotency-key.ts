import { GatewayError } from '#libs/errors';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Refuses } from './refusals.ts';

const HEADER = 'Idempotency-Key';
const MAX_LENGTH = 100;
/** Of a key in quotes whose characters are all escaped. */
const MAX_QUOTED_LENGTH = 2 * MAX_LENGTH + 2;

/** A quoted string of Structured Field Values (RFC 9651, section 3.3.3): printable ASCII, `"` and `\` escaped. */
const QUOTED = /^"((?:[ !#-[\]-~]|\\["\\])*)"$/;

/** A key without quotes. It has no comma, which joins repeated headers of one name. */
const BARE = /^[!#-+\--:<-[\]-~]+$/;

/** A key in GraphQL inputs: 1 to 100 printable ASCII characters. */
export const idempotencyKey = z
  .string()
  .min(1)
  .max(MAX_LENGTH)
  .regex(/^[ -~]*$/, 'Must be printable characters');

/**
 * Parses the header `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header-07): a structured-field string, or the
 * same without quotes. Returns undefined without the header.
 * @throws {GatewayError} BAD_REQUEST, naming the header, if it is malformed
 */
export function keyIn(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  const given = String(header).trim();
  const key = QUOTED.exec(given)?.[1]?.replace(/\\(.)/g, '$1') ?? (BARE.test(given) ? given : '');
  if (key.length >= 1 && key.length <= MAX_LENGTH) return key;
  const message = `Must be a string in quotes, of 1 to ${MAX_LENGTH} printable characters`;
  throw new GatewayError('BAD_REQUEST', {
    detail: `${HEADER}: ${message}.`,
    errors: [{ field: HEADER, message }],
  });
}

/** Injects the validated idempotency key of a REST request, undefined without one, and documents the header. */
export function IdempotencyKey(): ParameterDecorator {
  return (target, method, index) => {
    const handler = Object.getOwnPropertyDescriptor(target, method!)!;
    Refuses('IDEMPOTENCY_IN_FLIGHT', 'IDEMPOTENCY_MISMATCH')(target, method!, handler);
    ApiHeader({
      name: HEADER,
      required: false,
      description:
        'Requests with the same key and body are executed once, and get the same response for 24 hours.',
      schema: { type: 'string', maxLength: MAX_QUOTED_LENGTH, example: '"8e03978e-40d5-43dd-bc93-6894a57f9324"' },
    })(target, method!, handler);
    createParamDecorator((_: unknown, execution: ExecutionContext) => {
      return keyIn(execution.switchToHttp().getRequest<FastifyRequest>().headers['idempotency-key']);
    })()(target, method, index);
  };
}
