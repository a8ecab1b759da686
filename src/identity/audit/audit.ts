import type { Logger } from '#libs/observe';
import type { Context } from '#libs/upstream';
import { type DynamicModule, Global, Module } from '@nestjs/common';

/** The events of the audit log. */
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
  | 'logout.refused'
  | 'session.ended'
  | 'password.changed'
  | 'denied'
  | 'keys.rotated'
  | 'api-key.created'
  | 'api-key.changed'
  | 'api-key.ended'
  | 'stream.ended'
  | 'broadcast'
  | 'data.exported'
  | 'job.replayed'
  | 'settings.reloaded'
  | 'settings.refused'
  | 'log-level.changed'
  | 'profile.taken'
  | 'import.added'
  | 'upload.refused'
  | 'upload.infected'
  | 'avatar.changed'
  | 'avatar.deleted'
  | 'attachment.added'
  | 'attachment.deleted'
  | 'picture.changed'
  | 'report.requested'
  | 'files.deleted'
  | 'account.deleted';

/** The details of an audit event. They contain no secret and no email address. */
export interface AuditDetails {
  userId?: string;
  sessionId?: string;
  /** The hash of the named account: see `Attempts`. */
  account?: string;
  kind?: 'app' | 'browser' | 'operator';
  reason?: string;
  status?: number;
  /** How many there were. */
  count?: number;
  keyId?: string;
  jobId?: string;
  orderId?: string;
  productId?: string;
  /** The kind of the job. */
  job?: string;
  logger?: string;
  level?: string;
  forSeconds?: number;
  profile?: 'cpu' | 'heap' | 'allocations';
  /** The process that was profiled. */
  pid?: number;
  /** The settings that have changed, without secrets; or why they were refused. */
  changes?: readonly string[];
}

/** The audit log: log lines with the field `audit` and the request id, written at every `LOG_LEVEL`. */
export class Audit {
  private readonly logger: Logger;
  private readonly listeners: Array<(event: AuditEvent, details: AuditDetails) => void> = [];

  constructor(logger: Logger) {
    this.logger = logger.level === 'silent' ? logger : logger.child({}, { level: 'info' });
  }

  /** @param context of the request; undefined for the gateway's own actions */
  write(context: Context | undefined, audit: AuditEvent, details: AuditDetails): void {
    const whose = context ? { requestId: context.log.requestId, address: context.client.address } : {};
    this.logger.info({ audit, ...whose, ...details }, 'audit');
    for (const listener of this.listeners) listener(audit, details);
  }

  /** Calls `listener` for every event. */
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
