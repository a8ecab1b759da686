import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { Audit } from './audit.ts';

/** Writes down who was not let in: with a token that is not valid, or without the right to be there. */
@Injectable()
export class NoteDenials implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly audit: Audit,
  ) {}

  onModuleInit(): void {
    const server = this.host.httpAdapter.getInstance<FastifyInstance>();
    server.addHook('onResponse', ({ context, token }, { statusCode }, done) => {
      const isDenial = statusCode === 403 || (statusCode === 401 && token === 'invalid');
      if (isDenial) {
        const { id, sessionId } = context.caller;
        this.audit.write(context, 'denied', { userId: id, sessionId, status: statusCode });
      }
      done();
    });
  }
}
