import { createHash, timingSafeEqual } from 'node:crypto';
import { GatewayError } from '#libs/errors';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Reloads } from './reload/reloads.ts';

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Requires METRICS_TOKEN as a bearer token (RFC 6750), unless it is unset. */
@Injectable()
export class MetricsTokenGuard implements CanActivate {
  constructor(private readonly reloads: Reloads) {}

  /** @throws {GatewayError} `UNAUTHENTICATED` */
  canActivate(execution: ExecutionContext): boolean {
    const { METRICS_TOKEN: expected } = this.reloads.current;
    if (expected === undefined) return true;
    const { authorization = '' } = execution.switchToHttp().getRequest<FastifyRequest>().headers;
    const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
    // Digests have equal length, so the comparison takes constant time, whatever the length of the token.
    if (token !== undefined && timingSafeEqual(sha256(token), sha256(expected))) return true;
    throw new GatewayError('UNAUTHENTICATED', {
      detail: 'The metrics require METRICS_TOKEN as a bearer token.',
      headers: { 'www-authenticate': 'Bearer realm="metrics"' },
    });
  }
}
