import { type UsersApi, usersDocument } from '#libs/contracts';
import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Public } from './http/caller.guard.ts';
import { UserStore } from './user-store.ts';

const document = usersDocument();

/** Probes, and what the service says of itself; open to all. */
@Public(true)
@Controller()
export class OperationsController {
  constructor(private readonly store: UserStore) {}

  @Get('livez')
  live(): UsersApi['Health'] {
    return { status: 'ok' };
  }

  @Get('readyz')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<UsersApi['Health']> {
    const isReady = await this.store.isReachable();
    reply.status(isReady ? 200 : 503);
    return { status: isReady ? 'ok' : 'unavailable' };
  }

  @Get('openapi.json')
  document(): Record<string, unknown> {
    return document;
  }
}
