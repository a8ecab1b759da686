import type { Server } from 'node:http';
import { constants, type Http2Session, type ServerHttp2Stream } from 'node:http2';
import type { Config } from '#gateway/config/config';

/** The idle times of the listener. */
export type IdleTimes = Pick<Config, 'IDLE_TIMEOUT_MS' | 'KEEP_ALIVE_TIMEOUT_MS'>;

/** How often streams and sessions are checked, in milliseconds. */
const POLL_MS = 1_000;

/** How long a session may stay open after GOAWAY, in milliseconds. */
const LEAVE_MS = 5_000;

/**
 * Resets HTTP/2 streams whose client does not read its answer, and ends sessions without a stream. Node's own timers do not:
 * any activity of the session, such as a PING, renews those of all its streams.
 */
export function limitSessions(server: Server, times: IdleTimes): void {
  const sessions = new Set<WatchedSession>();
  server.on('session', (session: Http2Session) => {
    const watched = new WatchedSession(session, times);
    sessions.add(watched);
    session.once('close', () => sessions.delete(watched));
  });
  const timer = setInterval(() => {
    for (const session of sessions) session.check(performance.now());
  }, POLL_MS).unref();
  server.once('close', () => clearInterval(timer));
}

class WatchedSession {
  private readonly answers = new Set<UnsentAnswer>();
  private unusedSince = performance.now();

  constructor(
    private readonly session: Http2Session,
    private readonly times: IdleTimes,
  ) {
    session.on('stream', (stream: ServerHttp2Stream) => {
      const answer = new UnsentAnswer(stream);
      this.answers.add(answer);
      stream.once('close', () => {
        this.answers.delete(answer);
        this.unusedSince = performance.now();
      });
    });
  }

  check(now: number): void {
    const { IDLE_TIMEOUT_MS: idleMs, KEEP_ALIVE_TIMEOUT_MS: keepMs } = this.times;
    for (const answer of this.answers) answer.check(now, idleMs);
    if (this.answers.size > 0 || now - this.unusedSince < keepMs) return;
    // Once.
    this.unusedSince = Infinity;
    leave(this.session);
  }
}

/** What of an answer was not sent, and since when. */
class UnsentAnswer {
  private unsent = 0;
  private since = 0;

  constructor(private readonly stream: ServerHttp2Stream) {
    // A long answer is written in parts, the next when the last was sent.
    stream.on('drain', () => (this.unsent = 0));
  }

  check(now: number, idleMs: number): void {
    const { writableLength } = this.stream;
    if (this.unsent === 0 || writableLength < this.unsent) {
      this.unsent = writableLength;
      this.since = now;
    } else if (now - this.since >= idleMs) {
      this.stream.close(constants.NGHTTP2_CANCEL);
    }
  }
}

/**
 * Sends GOAWAY, and leaves the client time to read it: `close` would end the connection at once, and a request that is on its way
 * would be answered by a reset, after which the client cannot know whether it was processed.
 */
function leave(session: Http2Session): void {
  session.goaway();
  const late = setTimeout(() => session.destroy(), LEAVE_MS).unref();
  session.once('close', () => clearTimeout(late));
}
