import { GatewayError } from '#libs/errors';
import { type AnswerStream, Context, SharedStreams } from '#libs/upstream';

const aContext = (id: string) =>
  new Context({ log: { requestId: `r-${id}` }, timeoutMs: 1_000, caller: { id, scopes: [] } });

type Outcome = number | GatewayError | 'end';

/** A loss that passes. */
export const gone = () => new GatewayError('UPSTREAM_UNAVAILABLE');

/** One opening of a stream of numbers. */
class Opened implements AnswerStream<number> {
  isClosed = false;
  private readonly queue: Outcome[] = [];
  private wake = () => {};

  constructor(readonly opened?: Promise<void>) {}

  send(...what: readonly Outcome[]): void {
    this.queue.push(...what);
    this.wake();
  }

  close(): void {
    this.isClosed = true;
    this.wake();
  }

  async *[Symbol.asyncIterator]() {
    for (;;) {
      while (!this.queue.length && !this.isClosed) await new Promise<void>((resolve) => (this.wake = resolve));
      const one = this.isClosed ? 'end' : this.queue.shift()!;
      if (one === 'end') return;
      if (typeof one !== 'number') throw one;
      yield one;
    }
  }
}

/** A source of numbers that a test writes, ends and breaks. An opening resolves at once, before anything has come. */
export class Numbers {
  /** When each was opened, and in whose name. */
  readonly openings: { by: string; atMs: number; context: Context }[] = [];
  readonly opened: Opened[] = [];
  /** What the next openings fail with. */
  failing: GatewayError[] = [];
  /** What each opening sends at once. */
  replayed: readonly Outcome[] = [];
  /** How an opening goes; it is open at once unless set otherwise. */
  open: (context: Context) => Promise<AnswerStream<number>> = async () => this.stream();
  /** When the server begins to answer; unknown unless set. */
  answered: (() => Promise<void>) | undefined;

  readonly streams = new SharedStreams<number>({
    open: async (context) => {
      this.openings.push({ by: context.caller.id!, atMs: performance.now(), context });
      const failure = this.failing.shift();
      if (failure) throw failure;
      return this.open(context);
    },
    numberOf: (n) => n,
  });

  /** How many openings are not closed. */
  get openNow(): number {
    return this.opened.filter(({ isClosed }) => !isClosed).length;
  }

  /** An opening that sends what is replayed. */
  stream(): AnswerStream<number> {
    const stream = new Opened(this.answered?.());
    stream.send(...this.replayed);
    this.opened.push(stream);
    return stream;
  }

  /** Sends on the newest opening. */
  send(...what: readonly Outcome[]): void {
    this.opened.at(-1)!.send(...what);
  }

  /** Follows, and keeps what was seen; `until` waits for the last of it. */
  follow(name: string, after = 0) {
    const seen: (number | string)[] = [];
    let heard = () => {};
    const note = (what: number | string) => {
      seen.push(what);
      heard();
    };
    const stop = this.streams.follow(aContext(name), 'key', after, {
      onItem: note,
      onEnd: (failure) => note(failure?.code ?? 'end'),
      onState: (isLost) => note(isLost ? 'lost' : 'back'),
    });
    const until = async (last: number | string) => {
      while (seen.at(-1) !== last) await new Promise<void>((resolve) => (heard = resolve));
      return seen;
    };
    return { seen, stop, until };
  }
}
