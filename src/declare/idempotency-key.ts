import { GatewayError } from '#libs/errors';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

const HEADER = 'Idempotency-Key';
const LONGEST = 100;

/** A string of Structured Field Values for HTTP (RFC 9651, section 3.3.3): printable ASCII, `"` and `\` escaped. */
const QUOTED = /^"((?:[ !#-[\]-~]|\\["\\])*)"$/;

/** A key without quotes. No comma: two headers of that name arrive as one, with a comma between them. */
const BARE = /^[!#-+\--:<-[\]-~]+$/;

/** A key as GraphQL's inputs have it: 1 to 100 printable characters of ASCII. */
export const idempotencyKey = z
  .string()
  .min(1)
  .max(LONGEST)
  .regex(/^[ -~]*$/, 'Must be printable characters');

/**
 * The key in the header `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header-07): a structured-field string,
 * or the same without quotes. Undefined without the header.
 * @throws {GatewayError} BAD_REQUEST, naming the header, for a malformed one
 */
export function keyIn(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  const given = String(header).trim();
  const key = QUOTED.exec(given)?.[1]?.replace(/\\(.)/g, '$1') ?? (BARE.test(given) ? given : '');
  if (key.length >= 1 && key.length <= LONGEST) return key;
  const message = `Must be a string in quotes, of 1 to ${LONGEST} printable characters`;
  throw new GatewayError('BAD_REQUEST', {
    detail: `${HEADER}: ${message}.`,
    errors: [{ field: HEADER, message }],
  });
}

/** The key of a REST request, checked; undefined for none. Documents the header. */
export function IdempotencyKey(): ParameterDecorator {
  return (target, method, index) => {
    ApiHeader({
      name: HEADER,
      required: false,
      description: 'The same key and the same body are done once, and answered the same for 24 hours.',
      schema: { type: 'string', example: '"8e03978e-40d5-43dd-bc93-6894a57f9324"' },
    })(target, method!, Object.getOwnPropertyDescriptor(target, method!)!);
    createParamDecorator((_: unknown, execution: ExecutionContext) => {
      return keyIn(execution.switchToHttp().getRequest<FastifyRequest>().headers['idempotency-key']);
    })()(target, method, index);
  };
}
