import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';

/**
 * Nest's adapter to a server that answers what its stages throw by itself. Nest's own handler of errors would lead each refusal
 * through its filters to the same answer, and cost as much again as the rest of the refusal.
 */
export class NestAdapter extends FastifyAdapter {
  override setErrorHandler(): FastifyInstance {
    return this.getInstance();
  }
}
