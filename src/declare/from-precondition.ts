import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { fileConditionOf, preconditionOf, requireIfMatch } from './preconditions.ts';
import { Refuses } from './refusals.ts';

/** The maximum length of a precondition header, in characters: far above any list of tags that a client holds. */
const MAX_LENGTH = 8_192;

/** The maximum length of a date: far above any of its formats. */
const MAX_DATE_LENGTH = 64;

/** Options of a write's precondition. */
export interface PreconditionOptions {
  /** Refuses a write without `If-Match`: for resources that must not lose updates. */
  isRequired?: boolean;
  /** Whether the resource is a file: its version is its whole entity tag, and it has a time of change. */
  isFile?: boolean;
}

/**
 * Injects the `Precondition` of a REST write: the versions of its resource in `If-Match` and `If-None-Match`, and of a file
 * `If-Unmodified-Since`. The routes
 * that read the resource declare `@Answers(…, { isVersioned: true })`, or send a file.
 * @throws {GatewayError} BAD_REQUEST; PRECONDITION_REQUIRED if it is required and missing
 */
export function FromPrecondition({
  isRequired = false,
  isFile = false,
}: PreconditionOptions = {}): ParameterDecorator {
  return (target, method, index) => {
    const handler = Object.getOwnPropertyDescriptor(target, method!)!;
    const schema = { type: 'string', maxLength: MAX_LENGTH };
    ApiHeader({
      name: 'If-Match',
      required: isRequired,
      description: 'Entity tags: the change is made only if the resource has one of them; `*` matches any.',
      schema,
    })(target, method!, handler);
    ApiHeader({
      name: 'If-None-Match',
      required: false,
      description: 'Entity tags: the change is made only if the resource has none of them; `*` matches any.',
      schema,
    })(target, method!, handler);
    if (isFile)
      ApiHeader({
        name: 'If-Unmodified-Since',
        required: false,
        description: 'An HTTP date: the change is made only if the file is as old; ignored with `If-Match`.',
        schema: { type: 'string', maxLength: MAX_DATE_LENGTH },
      })(target, method!, handler);
    Refuses('PRECONDITION_FAILED', ...(isRequired ? (['PRECONDITION_REQUIRED'] as const) : []))(
      target,
      method!,
      handler,
    );
    createParamDecorator((_: unknown, execution: ExecutionContext) => {
      const { headers } = execution.switchToHttp().getRequest<FastifyRequest>();
      if (isRequired) requireIfMatch(headers);
      return isFile ? fileConditionOf(headers) : preconditionOf(headers);
    })()(target, method, index);
  };
}
