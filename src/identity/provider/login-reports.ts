import { Config } from '#gateway/config/config';
import { Audit } from '#gateway/identity/audit/audit';
import type { Session } from '#gateway/identity/sessions/session';
import type { Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { failureReason } from '#gateway/identity/issuers/failure-reason';

/** The session whose rights were to be renewed. */
type RenewedSession = Pick<Session, 'userId' | 'provider'> & { sessionId: string; kind?: 'browser' | 'operator' };

/** Reports the outcomes of logins and logouts at the provider, and of renewals of sessions: in the log, the audit log, and counters. */
@Injectable()
export class LoginReports {
  /** The numbers of logins, renewals and back-channel logouts by outcome. */
  readonly counts = {
    logins: new Map<'ok' | 'failed' | 'unknown', number>(),
    renewals: new Map<'ok' | 'failed' | 'over', number>(),
    logouts: new Map<'ok' | 'refused' | 'unchecked', number>(),
  };
  private readonly provider: string | undefined;

  constructor(
    private readonly audit: Audit,
    private readonly logger: PinoLogger,
    { OIDC_ISSUER }: Config,
  ) {
    this.provider = OIDC_ISSUER;
  }

  loggedIn(context: Context, userId: string, sessionId: string, scopes: readonly string[]): void {
    count(this.counts.logins, 'ok');
    this.audit.write(context, 'login.ok', { userId, sessionId, kind: 'browser' });
    if (scopes.length) return;
    const { provider } = this;
    this.logger.warn({ provider, userId }, 'a login has no scopes: see OIDC_SCOPES_FROM and ISSUERS_FILE');
  }

  loginFailed(context: Context, cause: unknown): void {
    const reason = failureReason(cause);
    count(this.counts.logins, 'failed');
    this.logger.warn({ provider: this.provider, reason }, 'a login at the provider failed');
    this.audit.write(context, 'login.failed', { kind: 'browser', reason });
  }

  /** A return from the provider without a login: it took too long, or was begun in another browser. */
  loginUnknown(context: Context): void {
    const reason = 'the login is over or unknown';
    count(this.counts.logins, 'unknown');
    this.logger.warn({ provider: this.provider, reason }, 'a login at the provider failed');
    this.audit.write(context, 'login.failed', { kind: 'browser', reason });
  }

  renewed(): void {
    count(this.counts.renewals, 'ok');
  }

  /** @param isOver whether the session ends; otherwise the renewal is retried */
  renewalFailed(
    context: Context,
    { userId, sessionId, provider, kind = 'browser' }: RenewedSession,
    cause: unknown,
    isOver: boolean,
  ): void {
    const reason = failureReason(cause);
    count(this.counts.renewals, isOver ? 'over' : 'failed');
    this.logger.warn({ provider, userId, sessionId, kind, reason, isOver }, 'a session could not be renewed');
    this.audit.write(context, 'renewal.failed', { userId, sessionId, kind, reason });
  }

  loggedOut(): void {
    count(this.counts.logouts, 'ok');
  }

  /** A logout token that ends no session, which anybody may have sent. */
  logoutRefused(context: Context, cause: unknown): void {
    const reason = failureReason(cause);
    count(this.counts.logouts, 'refused');
    this.logger.warn({ provider: this.provider, reason }, 'a logout token was refused');
    this.audit.write(context, 'logout.refused', { kind: 'browser', reason });
  }

  /** A logout token that could not be checked: the provider is to send it again. */
  logoutUnchecked(cause: unknown): void {
    count(this.counts.logouts, 'unchecked');
    const reason = failureReason(cause);
    this.logger.warn({ provider: this.provider, reason }, 'a logout token could not be checked');
  }
}

function count<K>(counts: Map<K, number>, outcome: K): void {
  counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
}
