import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2';

const CONNECT_TIMEOUT_MS = 1_000;
/** While calls are under way: a connection that is lost without either side knowing is found so. */
const PING_EVERY_MS = 30_000;
const PING_TIMEOUT_MS = 5_000;
/** Calls on a connection that is given up have ended by then. */
const LINGER_MS = 30_000;

/**
 * Servers end a connection that cancels too much, with all that is under way on it: nghttp2, which Node's is made of, after
 * 1,000 at once or 33 a second (CVE-2023-44487, "rapid reset"). Here it is half of that.
 */
const MOST_CANCELS = 500;
const CANCELS_PER_SECOND = 16;
const LATER_MS = 1_000;

/**
 * One HTTP/2 connection to an address: opened with the first call, and anew when it is lost. grpc-js, which this stands in
 * for on the client's side, takes twice the CPU for the same call (docs/decisions/0025).
 */
export class GrpcChannel {
  private readonly origin: string;
  /** What every call says first. */
  private readonly always: readonly string[];
  private session: ClientHttp2Session | undefined;
  /** Those that are given up, while calls on them end. */
  private readonly lingering = new Set<ClientHttp2Session>();
  private isClosed = false;
  private underWay = 0;
  private cancels = MOST_CANCELS;
  private cancelsAt = performance.now();

  /** @param address `host:port`, or `grpcs://host:port` for TLS */
  constructor(address: string) {
    const scheme = address.startsWith('grpcs://') ? 'https' : 'http';
    const authority = address.replace(/^grpcs?:\/\//, '');
    this.origin = `${scheme}://${authority}`;
    this.always = [':method', 'POST', ':scheme', scheme, ':authority', authority];
  }

  /**
   * Begins a call.
   * @param headers names and values in turn: of an object Node makes two more
   * @throws {Error} where the channel is closed, or the connection takes no more
   */
  open(path: string, headers: readonly string[]): ClientHttp2Stream {
    if (this.isClosed) throw new Error('the channel is closed');
    const stream = this.requested([...this.always, ':path', path, ...headers]);
    this.underWay += 1;
    stream.once('close', () => (this.underWay -= 1));
    return stream;
  }

  /**
   * Ends a call that nobody waits for. Where there were too many of late it runs to its end, and is not listened to.
   * @param isEndless it would not end by itself: it is ended later
   */
  cancel(stream: ClientHttp2Stream, isEndless = false): void {
    const now = performance.now();
    this.cancels = Math.min(MOST_CANCELS, this.cancels + ((now - this.cancelsAt) / 1000) * CANCELS_PER_SECOND);
    this.cancelsAt = now;
    if (this.cancels < 1) {
      if (isEndless && !stream.closed) setTimeout(() => this.cancel(stream, true), LATER_MS).unref();
      return;
    }
    this.cancels -= 1;
    stream.close(constants.NGHTTP2_CANCEL);
  }

  /** Opens a new connection with the next call; those under way end where they are. */
  renew(): void {
    const { session } = this;
    this.session = undefined;
    if (!session || session.destroyed) return;
    this.lingering.add(session);
    const late = setTimeout(() => session.destroy(), LINGER_MS).unref();
    session.once('close', () => {
      clearTimeout(late);
      this.lingering.delete(session);
    });
    session.close();
  }

  /** Takes no more calls, and ends those under way. */
  close(): void {
    this.isClosed = true;
    this.session?.destroy();
    for (const session of this.lingering) session.destroy();
  }

  private requested(headers: readonly string[]): ClientHttp2Stream {
    try {
      return (this.session ??= this.connect()).request(headers);
    } catch {
      // It has ended meanwhile, or has had as many calls as HTTP/2 can count.
      this.renew();
      return (this.session = this.connect()).request(headers);
    }
  }

  private connect(): ClientHttp2Session {
    const session = connect(this.origin, {
      settings: { enablePush: false },
      maxSessionMemory: Number.MAX_SAFE_INTEGER,
    });
    const giveUp = setTimeout(() => session.destroy(new Error('no connection in time')), CONNECT_TIMEOUT_MS);
    const pings = setInterval(() => this.ping(session), PING_EVERY_MS);
    for (const timer of [giveUp, pings]) timer.unref();
    const forget = () => {
      if (this.session === session) this.session = undefined;
    };
    session.once('connect', () => clearTimeout(giveUp));
    // The calls on it are told.
    session.on('error', forget);
    session.once('goaway', () => {
      forget();
      session.close();
    });
    session.once('close', () => {
      clearTimeout(giveUp);
      clearInterval(pings);
      forget();
    });
    return session;
  }

  /** Not where nothing is asked: services may take that for an attack (gRFC A8). */
  private ping(session: ClientHttp2Session): void {
    if (session.destroyed || session.connecting || !this.underWay) return;
    const error = new Error('a ping was not answered');
    const timer = setTimeout(() => session.destroy(error), PING_TIMEOUT_MS).unref();
    session.ping(() => clearTimeout(timer));
  }
}
