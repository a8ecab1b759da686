import { hashOf } from '#gateway/identity/jwt/verified';
import { SessionEnds } from '#gateway/identity/sessions/session-ends';
import { BearerTokens } from '#gateway/identity/tokens/bearer-tokens';
import { type Caller, Context } from '#libs/upstream';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { BrowserSessions } from './browser-sessions.ts';

/** The shortest interval between checks of a session, in milliseconds. */
const MIN_MS = 1_000;
/** The delay before a retry while the store or the issuer is unavailable, in milliseconds. */
const RETRY_MS = 5_000;
/** The longest interval between checks, in milliseconds: an unused session expires in the store. */
const MAX_MS = 300_000;
const TIMEOUT_MS = 10_000;

/** Why a stream or socket must end: its session is over, or has lost scopes since it was opened. */
export type Loss = 'expired' | 'rights';

/** The current rights of a caller, and when they must be checked again, in milliseconds since 1970. */
interface CurrentRights {
  caller: Caller;
  renewAt: number;
}

/** A session, or an introspected token. */
interface Credential {
  id: string;
  /** @returns undefined if it is over @throws if that cannot be known now */
  check(context: Context): Promise<CurrentRights | undefined>;
}

interface Watched extends Credential {
  listeners: Map<object, { caller: Caller; onLoss(loss: Loss): void }>;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Renews browser sessions, and introspects opaque tokens again, while a stream or socket is open, which makes no further
 * requests that would.
 */
@Injectable()
export class SessionWatch implements OnApplicationShutdown {
  private readonly watched = new Map<string, Watched>();

  constructor(
    private readonly sessions: BrowserSessions,
    private readonly tokens: BearerTokens,
    private readonly ends: SessionEnds,
  ) {}

  /**
   * Watches the session of a caller with a cookie, or the introspected token of a caller; other tokens only expire.
   * @param context of the request that opened the stream or socket
   * @param onLoss called once, when it must end
   * @returns a function that stops watching
   */
  watch(context: Context, onLoss: (loss: Loss) => void): () => void {
    const { caller } = context;
    const credential = this.sessionOf(caller) ?? this.tokenOf(caller);
    if (!credential) return () => {};
    const { id } = credential;
    const watched = this.watched.get(id) ?? { ...credential, listeners: new Map(), timer: undefined };
    this.watched.set(id, watched);
    const key = {};
    watched.listeners.set(key, { caller, onLoss });
    watched.timer ??= this.later(context, watched, 0);
    return () => {
      watched.listeners.delete(key);
      if (watched.listeners.size) return;
      clearTimeout(watched.timer);
      this.watched.delete(id);
    };
  }

  onApplicationShutdown(): void {
    for (const { timer } of this.watched.values()) clearTimeout(timer);
    this.watched.clear();
  }

  private sessionOf(caller: Caller): Credential | undefined {
    const { sessionId: id } = caller;
    const cookie = this.sessions.cookieOf(caller);
    if (cookie === undefined || id === undefined) return undefined;
    return { id, check: (context) => this.sessions.resolve(context, cookie) };
  }

  private tokenOf(caller: Caller): Credential | undefined {
    const token = this.tokens.introspectedOf(caller);
    if (token === undefined) return undefined;
    const check = async () => {
      const verified = await this.tokens.verified(token);
      // Streams of many tokens that are never cached would ask the issuer without a pause.
      return verified && { caller: verified.caller, renewAt: Math.max(verified.checkAt!, Date.now() + RETRY_MS) };
    };
    return { id: hashOf(token), check };
  }

  private later(context: Context, watched: Watched, afterMs: number): NodeJS.Timeout {
    return setTimeout(() => void this.check(context, watched), afterMs).unref();
  }

  private async check({ log, trace, client }: Context, watched: Watched): Promise<void> {
    const { id } = watched;
    const context = new Context({ log, trace, client, timeoutMs: TIMEOUT_MS });
    let nextMs = RETRY_MS;
    try {
      const found = await watched.check(context);
      for (const { caller, onLoss } of Array.from(watched.listeners.values())) {
        const isLess = found && caller.scopes.some((scope) => !found.caller.scopes.includes(scope));
        // A published end has its own reason.
        if (!found && !this.ends.has(id)) onLoss('expired');
        else if (isLess) onLoss('rights');
      }
      if (!found) return;
      nextMs = Math.min(MAX_MS, Math.max(MIN_MS, found.renewAt - Date.now()));
    } catch {
      // The store or the issuer is unavailable, which logs nobody out.
    } finally {
      context.settle();
      watched.timer = undefined;
    }
    if (this.watched.get(id) === watched) watched.timer = this.later(context, watched, nextMs);
  }
}
