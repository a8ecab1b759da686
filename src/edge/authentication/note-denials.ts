import { Injectable } from '@nestjs/common';
import type { Done } from '#gateway/edge/stage/stage';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { credentials } from '#gateway/identity/credentials';
import { Audit } from '#gateway/identity/audit/audit';

/** Writes denied requests to the audit log: those with an invalid token, and those without permission. */
@Injectable()
export class NoteDenials {
  constructor(private readonly audit: Audit) {}

  onResponse({ context }: FastifyRequest, { statusCode }: FastifyReply, done: Done): void {
    const isDenial = statusCode === 403 || (statusCode === 401 && credentials.of(context).state === 'invalid');
    if (isDenial) {
      const { id, sessionId } = context.caller;
      this.audit.write(context, 'denied', { userId: id, sessionId, status: statusCode });
    }
    done();
  }
}
