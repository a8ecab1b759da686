import type { Logger } from '#libs/observe';
import { faultReport } from '#libs/storage';
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Problem, type ProblemCode, STATUS_BY_CODE } from './problem.ts';

const codeByStatus = new Map(
  Object.entries(STATUS_BY_CODE)
    .filter(([code]) => !code.startsWith('DATABASE_'))
    .map(([code, status]) => [status as number, code]),
);

/** Returns every error as `application/problem+json`; an unexpected error is logged, and returned without details. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const problem = sendProblem(host.switchToHttp().getResponse<FastifyReply>(), error);
    if (problem.code === 'INTERNAL') this.log.error({ err: error }, 'request failed');
    if (problem.code.startsWith('DATABASE_')) this.log.warn({ err: error }, problem.detail);
  }
}

/** Sends an error as a problem. @returns the problem */
export function sendProblem(reply: FastifyReply, error: unknown): Problem {
  const problem = toProblem(error);
  const { retryMs } = faultReport(error) ?? {};
  if (retryMs !== undefined) void reply.header('Retry-After', Math.max(1, Math.ceil(retryMs / 1_000)));
  if (problem.code === 'UNAUTHENTICATED') void reply.header('WWW-Authenticate', 'Bearer');
  void reply.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  return problem;
}

/** Errors of Nest and Fastify with a 4xx status are client errors; their messages are not sent. */
function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const later = faultReport(error);
  if (later) return Problem.of(`DATABASE_${later.fault.toUpperCase()}` as ProblemCode, later.message);
  const { status, statusCode = status } = (error ?? {}) as { status?: number; statusCode?: number };
  if (typeof statusCode !== 'number' || statusCode < 400 || statusCode > 499) return Problem.of('INTERNAL');
  const code = (codeByStatus.get(statusCode) ?? 'BAD_REQUEST') as ProblemCode;
  return Problem.of(code, code === 'BAD_REQUEST' ? 'The request cannot be parsed.' : undefined);
}
