import { Config } from '#gateway/config/config';
import { Audit } from '#gateway/identity/audit/audit';
import type { Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import { parseToken, handleOf, newHandle, newToken, sealed, sessionIdOf, unsealed } from './secrets.ts';
import { LIFE_MS, type Session } from './session.ts';
import { type EndReason, SessionEnds } from './session-ends.ts';
import { type AtProvider, nameAt, SessionStore } from './session-store.ts';

const SUCCESSOR = 'successor of a refresh token';

/** The properties of a new session. */
export type NewSession = Pick<Session, 'userId' | 'kind'> &
  Partial<
    Pick<
      Session,
      | 'thumbprint'
      | 'scopes'
      | 'renewAt'
      | 'renewedBy'
      | 'sealed'
      | 'provider'
      | 'providerUserId'
      | 'providerSessionId'
      | 'authTime'
      | 'acr'
      | 'endsAt'
    >
  >;

/** A session, and its client's current token. */
export interface Opened {
  sessionId: string;
  token: string;
}

/**
 * Sessions of logged-in users. Only the hash of a client's token is stored. A refresh token works once (RFC 9700, section
 * 4.14.2): its reuse after the grace period ends the session.
 */
@Injectable()
export class Sessions {
  constructor(
    private readonly store: SessionStore,
    private readonly ends: SessionEnds,
    private readonly audit: Audit,
    private readonly config: Config,
  ) {}

  /**
   * Opens a session. It ends after 30 days unless `endsAt` is given. Above `MAX_SESSIONS_PER_ACCOUNT`, the user's oldest session ends.
   * @param handle the prefix of its tokens; by default, a new one
   */
  async open(
    context: Context,
    given: NewSession,
    handle = newHandle(),
  ): Promise<Opened & Pick<Session, 'createdAt'>> {
    const token = newToken(handle);
    const now = Date.now();
    const times = { createdAt: now, usedAt: now, endsAt: now + LIFE_MS };
    const sessionId = sessionIdOf(handle);
    const session = { ...times, ...given, ...context.client, current: parseToken(token)!.hash };
    const ended = await this.store.create(sessionId, session, this.config.MAX_SESSIONS_PER_ACCOUNT);
    for (const id of ended) {
      this.audit.write(context, 'session.ended', { sessionId: id, reason: 'limit' });
      await this.ends.add(id, 'limit');
    }
    return { sessionId, token, createdAt: now };
  }

  /** The app session of a refresh token, whether the token is current or not. */
  async ofRefreshToken(token: string): Promise<Session | undefined> {
    const parsed = parseToken(token);
    const session = parsed && (await this.store.get(parsed.sessionId));
    return session?.kind === 'app' ? session : undefined;
  }

  /** Exchanges a refresh token for the next one; undefined if it is not valid. */
  async rotate(context: Context, token: string): Promise<Opened | undefined> {
    const parsed = parseToken(token);
    if (!parsed) return undefined;
    const { sessionId } = parsed;
    const next = newToken(handleOf(token));
    const successor = sealed(next, token, SUCCESSOR);
    const rotation = await this.store.rotate(sessionId, parsed.hash, parseToken(next)!.hash, successor);
    switch (rotation.kind) {
      case 'rotated':
        return { sessionId, token: next };
      case 'again':
        return { sessionId, token: unsealed(rotation.successor, token, SUCCESSOR) };
      case 'reused':
        this.audit.write(context, 'refresh.reused', { userId: rotation.userId, sessionId });
        await this.ends.add(sessionId, 'reuse');
        return undefined;
      case 'unknown':
        return undefined;
    }
  }

  /** The session with this current token; undefined if it is over. */
  async withToken(token: string): Promise<{ sessionId: string; session: Session } | undefined> {
    const parsed = parseToken(token);
    if (!parsed || this.ends.has(parsed.sessionId)) return undefined;
    const session = await this.store.get(parsed.sessionId);
    return session?.current === parsed.hash ? { sessionId: parsed.sessionId, session } : undefined;
  }

  /** All sessions of a user, newest first. */
  async ofUser(userId: string): Promise<(Session & { sessionId: string })[]> {
    const sessions = [...(await this.store.ofUser(userId))].map(([sessionId, one]) => ({ ...one, sessionId }));
    return sessions.sort(
      (one, other) => other.createdAt - one.createdAt || (one.sessionId < other.sessionId ? -1 : 1),
    );
  }

  /**
   * Changes a session.
   * @param renewals the required count of renewals; with another count, nothing changes
   * @returns whether it was changed
   */
  change(sessionId: string, changes: Partial<Session>, renewals?: number): Promise<boolean> {
    return this.store.change(sessionId, changes, renewals);
  }

  /** Ends a session. @returns whether it was active */
  async end(context: Context, sessionId: string, reason: EndReason): Promise<boolean> {
    const wasThere = await this.store.end(sessionId);
    if (wasThere) {
      this.audit.write(context, 'session.ended', { sessionId, reason });
      await this.ends.add(sessionId, reason);
    }
    return wasThere;
  }

  /** Ends the session of a refresh token or a cookie, if the token is current. */
  async endWithToken(context: Context, token: string, kind: Session['kind']): Promise<boolean> {
    const found = await this.withToken(token);
    return found?.session.kind === kind && this.end(context, found.sessionId, 'logout');
  }

  /** Ends all sessions of a user except one. @returns how many */
  async endAll(context: Context, userId: string, reason: EndReason, except?: string): Promise<number> {
    const ids = [...(await this.store.ofUser(userId)).keys()].filter((id) => id !== except);
    const ended = await Promise.all(ids.map((id) => this.end(context, id, reason)));
    return ended.filter(Boolean).length;
  }

  /**
   * Ends sessions of a user at a provider, or of a session there; with both, those of the user in that session, or in an
   * unknown one.
   */
  async endOfProvider(context: Context, of: AtProvider): Promise<void> {
    const ids = await this.store.ofProvider(nameAt(of));
    await Promise.all(ids.map(async (id) => (await this.isOf(id, of)) && this.end(context, id, 'provider')));
  }

  private async isOf(id: string, { userId, sessionId }: AtProvider): Promise<boolean> {
    if (userId === undefined || sessionId === undefined) return true;
    const its = (await this.store.get(id))?.providerSessionId;
    return its === undefined || its === sessionId;
  }
}
