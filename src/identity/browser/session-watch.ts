import { SessionEnds } from '#gateway/identity/sessions/session-ends';
import { type Caller, Context } from '#libs/upstream';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { BrowserSessions } from './browser-sessions.ts';

/** Sessions are looked at no more often than this, in milliseconds. */
const MIN_MS = 1_000;
/** Where they are kept is asked again after so long where it is away, in milliseconds. */
const RETRY_MS = 5_000;
/** And no less often: a session that nobody uses lapses in the store. */
const MAX_MS = 300_000;
const TIMEOUT_MS = 10_000;

/** Why what a caller has open must end: the session is over, or gives them less than when it was opened. */
export type Loss = 'expired' | 'rights';

interface Watched {
  cookie: string;
  listeners: Map<object, { caller: Caller; onLoss(loss: Loss): void }>;
  timer: NodeJS.Timeout | undefined;
}

/** Renews sessions of browsers while what lives longer than a request is open: a stream brings no further request that would. */
@Injectable()
export class SessionWatch implements OnApplicationShutdown {
  private readonly watched = new Map<string, Watched>();

  constructor(
    private readonly sessions: BrowserSessions,
    private readonly ends: SessionEnds,
  ) {}

  /**
   * Watches the session of a caller who came with a cookie; others have tokens that expire.
   * @param context of the request that opened something
   * @param onLoss called once, where what was opened must end
   * @returns stops watching
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
    return setTimeout(() => void this.look(context, id, watched), afterMs).unref();
  }

  private async look({ log, trace, client }: Context, id: string, watched: Watched): Promise<void> {
    const context = new Context({ log, trace, client, timeoutMs: TIMEOUT_MS });
    let nextMs = RETRY_MS;
    try {
      const found = await this.sessions.look(context, watched.cookie);
      for (const { caller, onLoss } of [...watched.listeners.values()]) {
        const isLess = found && caller.scopes.some((scope) => !found.caller.scopes.includes(scope));
        // An end that was published says why by itself.
        if (!found && !this.ends.has(id)) onLoss('expired');
        else if (isLess) onLoss('rights');
      }
      if (!found) return;
      nextMs = Math.min(MAX_MS, Math.max(MIN_MS, found.renewAt - Date.now()));
    } catch {
      // The store is away: nobody is logged out for that.
    } finally {
      context.settle();
      watched.timer = undefined;
    }
    if (this.watched.get(id) === watched) watched.timer = this.later(context, id, watched, nextMs);
  }
}
