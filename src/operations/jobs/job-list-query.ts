import { JOB_STATES } from '#libs/jobs';
import { check, numberOfText } from '#libs/view';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

/** The number of jobs of a list. */
const MAX_LISTED = 100;

/** A form sends empty fields for what is not chosen. */
const chosen = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional());

const jobListQuery = z.strictObject({
  kind: chosen(z.string().max(60)),
  state: chosen(z.enum(JOB_STATES, `Must be one of: ${JOB_STATES.join(', ')}`)),
  limit: chosen(
    z.preprocess(
      numberOfText,
      z.number('Must be a whole number').int('Must be a whole number').min(1).max(MAX_LISTED),
    ),
  ).default(MAX_LISTED),
});

/** Which jobs operators want to see. */
export type JobListRequest = z.infer<typeof jobListQuery>;

/** Injects the selected list of jobs. @throws {GatewayError} BAD_REQUEST or VALIDATION_FAILED */
export const JobListQuery = createParamDecorator((_: unknown, execution: ExecutionContext) =>
  check(jobListQuery, execution.switchToHttp().getRequest<FastifyRequest>().query),
);
