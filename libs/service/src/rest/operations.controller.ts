import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Public } from './caller.guard.ts';

/** A service's description and readiness. */
export abstract class Operations {
  /** Its OpenAPI document. */
  abstract readonly document: Record<string, unknown>;
  /** Whether it can serve requests. */
  abstract isReady(): Promise<boolean>;
}

/** Probes and the OpenAPI document, without authentication. */
@Public(true)
@Controller()
export class OperationsController {
  constructor(@Inject(Operations) private readonly operations: Operations) {}

  @Get('livez')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('readyz')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<{ status: 'ok' | 'unavailable' }> {
    const isReady = await this.operations.isReady();
    reply.status(isReady ? 200 : 503);
    return { status: isReady ? 'ok' : 'unavailable' };
  }

  @Get('openapi.json')
  document(): Record<string, unknown> {
    return this.operations.document;
  }
}
