import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { AccessTokens } from './access-tokens.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** What became of the token the client sent. */
    token: 'none' | 'valid' | 'invalid';
  }
}

/** Finds out who is asking, before any door: a bearer token after RFC 6750. Letting them in is the door's business. */
@Injectable()
export class Authenticate implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly tokens: AccessTokens,
  ) {}

  onModuleInit(): void {
    const server = this.host.httpAdapter.getInstance<FastifyInstance>();
    server.decorateRequest('token', 'none');
    server.addHook('onRequest', (request, _reply, done) => {
      const { authorization } = request.headers;
      if (authorization !== undefined) {
        const caller = this.tokens.verify(authorization);
        request.token = caller ? 'valid' : 'invalid';
        if (caller) {
          request.context.caller = caller;
          request.context.log.callerId = caller.id;
        }
      }
      done();
    });
  }
}
