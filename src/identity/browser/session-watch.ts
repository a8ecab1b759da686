import { SessionEnds } from '#gateway/identity/sessions/session-ends';
import { type Caller, Context } from '#libs/upstream';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { BrowserSessions } from './browser-sessions.ts';

/** The shortest interval between checks of a session, in milliseconds. */
const MIN_MS = 1_000;
/** The delay before a retry while the store is unavailable, in milliseconds. */
const RETRY_MS = 5_000;
/** The longest interval between checks, in milliseconds: an unused session expires in the store. */
const MAX_MS = 300_000;
const TIMEOUT_MS = 10_000;

/** Why a stream or socket must end: its session is over, or has lost scopes since it was opened. */
export type Loss = 'expired' | 'rights';

interface Watched {
  cookie: string;
  listeners: Map<object, { caller: Caller; onLoss(loss: Loss): void }>;
  timer: NodeJS.Timeout | undefined;
}

/** Renews browser sessions while a stream or socket is open, which makes no further requests that would. */
@Injectable()
export class SessionWatch implements OnApplicationShutdown {
  private readonly watched = new Map<string, Watched>();

  constructor(
    private readonly sessions: BrowserSessions,
    private readonly ends: SessionEnds,
  ) {}

  /**
   * Watches the session of a caller with a cookie; other callers have tokens that expire.
   * @param context of the request that opened the stream or socket
   * @param onLoss called once, when it must end
   * @returns a function that stops watching
   */
  watch(context: Context, onLoss: (loss: Loss) => void): () => void {
    const { caller } = context;
    const { sessionId } = caller;
    const cookie = this.sessions.cookieOf(caller);
    if (cookie === undefined || sessionId === undefined) return () => {};
    const watched = this.watched.get(sessionId) ?? { cookie, listeners: new Map(), timer: undefined };
    this.watched.set(sessionId, watched);
    const key = {};
    watched.listeners.set(key, { caller, onLoss });
    watched.timer ??= this.later(context, sessionId, watched, 0);
    return () => {
      watched.listeners.delete(key);
      if (watched.listeners.size) return;
      clearTimeout(watched.timer);
      this.watched.delete(sessionId);
    };
  }

  onApplicationShutdown(): void {
    for (const { timer } of this.watched.values()) clearTimeout(timer);
    this.watched.clear();
  }

  private later(context: Context, id: string, watched: Watched, afterMs: number): NodeJS.Timeout {
    return setTimeout(() => void this.check(context, id, watched), afterMs).unref();
  }

  private async check({ log, trace, client }: Context, id: string, watched: Watched): Promise<void> {
    const context = new Context({ log, trace, client, timeoutMs: TIMEOUT_MS });
    let nextMs = RETRY_MS;
    try {
      const found = await this.sessions.resolve(context, watched.cookie);
      for (const { caller, onLoss } of [...watched.listeners.values()]) {
        const isLess = found && caller.scopes.some((scope) => !found.caller.scopes.includes(scope));
        // A published end has its own reason.
        if (!found && !this.ends.has(id)) onLoss('expired');
        else if (isLess) onLoss('rights');
      }
      if (!found) return;
      nextMs = Math.min(MAX_MS, Math.max(MIN_MS, found.renewAt - Date.now()));
    } catch {
      // The store is unavailable, which logs nobody out.
    } finally {
      context.settle();
      watched.timer = undefined;
    }
    if (this.watched.get(id) === watched) watched.timer = this.later(context, id, watched, nextMs);
  }
}
