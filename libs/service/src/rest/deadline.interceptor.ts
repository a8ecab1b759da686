import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type Observable, throwError, timeout } from 'rxjs';
import { Problem } from './problem.ts';
import { visitOf } from './visit.ts';

/** The longest effective timeout: Node's timers are limited to 2^31 milliseconds. */
const MAX_MS = 3_600_000;

/**
 * Enforces `X-Request-Timeout-Ms`, counted from the arrival of the request: starts no work after it, and returns 504
 * when it expires.
 */
@Injectable()
export class DeadlineInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const allowedMs = timeoutMs(request.headers['x-request-timeout-ms']);
    if (allowedMs === undefined) return next.handle();
    const leftMs = allowedMs - (performance.now() - visitOf(request).startedAt);
    const isOver = () => Problem.of('DEADLINE_EXCEEDED', 'The timeout of the request has expired.');
    if (leftMs <= 0) throw isOver();
    return next.handle().pipe(timeout({ each: leftMs, with: () => throwError(isOver) }));
  }
}

function timeoutMs(header: string | string[] | undefined): number | undefined {
  if (header === undefined) return undefined;
  if (typeof header === 'string' && /^[0-9]{1,15}$/.test(header)) return Math.min(Number(header), MAX_MS);
  throw Problem.of('BAD_REQUEST', 'X-Request-Timeout-Ms must be a whole number of milliseconds.');
}
