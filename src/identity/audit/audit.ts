import type { Logger } from '#libs/observe';
import type { Context } from '#libs/upstream';
import { type DynamicModule, Global, Module } from '@nestjs/common';

/** What is written down, so that it can be looked into later. */
export type AuditEvent =
  | 'login.ok'
  | 'login.failed'
  | 'login.delayed'
  | 'device.retired'
  | 'registered'
  | 'refresh.ok'
  | 'refresh.failed'
  | 'refresh.reused'
  | 'renewal.failed'
  | 'session.ended'
  | 'password.changed'
  | 'denied'
  | 'keys.rotated'
  | 'api-key.created'
  | 'api-key.ended'
  | 'stream.ended'
  | 'broadcast';

/** Who did what: no secret, and no address of a person's mailbox. */
export interface AuditDetails {
  userId?: string;
  sessionId?: string;
  /** Stands for an account that was named: see `Attempts`. */
  account?: string;
  kind?: 'app' | 'browser' | 'operator';
  reason?: string;
  status?: number;
  keyId?: string;
}

/** The audit log: lines with `audit` in the log of the process, each with the id of its request, whatever `LOG_LEVEL` is. */
export class Audit {
  private readonly logger: Logger;
  private readonly listeners: Array<(event: AuditEvent, details: AuditDetails) => void> = [];

  constructor(logger: Logger) {
    this.logger = logger.level === 'silent' ? logger : logger.child({}, { level: 'info' });
  }

  /** @param context whose request it is; none for what the gateway does by itself */
  write(context: Context | undefined, audit: AuditEvent, details: AuditDetails): void {
    const whose = context ? { requestId: context.log.requestId, address: context.client.address } : {};
    this.logger.info({ audit, ...whose, ...details }, 'audit');
    for (const listener of this.listeners) listener(audit, details);
  }

  /** Calls `listener` for all that is written. */
  onWrite(listener: (event: AuditEvent, details: AuditDetails) => void): void {
    this.listeners.push(listener);
  }
}

/** Gives every provider the audit log of this gateway. */
@Global()
@Module({})
export class AuditModule {
  static of(logger: Logger): DynamicModule {
    return { module: AuditModule, providers: [{ provide: Audit, useValue: new Audit(logger) }], exports: [Audit] };
  }
}
