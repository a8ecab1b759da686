import { GatewayError } from '#libs/errors';
import { type AnswerStream, Context, SharedStreams } from '#libs/upstream';
import { describe, expect, it } from '@jest/globals';

const aContext = (id: string) =>
  new Context({ log: { requestId: `r-${id}` }, timeoutMs: 1_000, caller: { id, scopes: [] } });

/** A stream of numbers that a test writes, ends and breaks. */
class Numbers {
  readonly openings: string[] = [];
  failing: GatewayError[] = [];
  closed = 0;
  private queue: Array<number | GatewayError | 'end'> = [];
  private wake = () => {};

  readonly streams = new SharedStreams<number>({
    open: async ({ caller }) => {
      this.openings.push(caller.id!);
      const failure = this.failing.shift();
      if (failure) throw failure;
      return this.stream();
    },
    numberOf: (n) => n,
    timeoutMs: 100,
  });

  tell(...what: Array<number | GatewayError | 'end'>): void {
    this.queue.push(...what);
    this.wake();
  }

  /** Follows, and waits for what was seen to be so. */
  follow(name: string, after = 0) {
    const seen: Array<number | string> = [];
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

  private stream(): AnswerStream<number> {
    let isClosed = false;
    const next = async () => {
      while (!this.queue.length && !isClosed) await new Promise<void>((resolve) => (this.wake = resolve));
      return isClosed ? 'end' : this.queue.shift()!;
    };
    return {
      close: () => {
        isClosed = true;
        this.closed += 1;
        this.wake();
      },
      async *[Symbol.asyncIterator]() {
        for (let one = await next(); one !== 'end'; one = await next()) {
          if (typeof one !== 'number') throw one;
          yield one;
        }
      },
    };
  }
}

const gone = () => new GatewayError('UPSTREAM_UNAVAILABLE');

describe('a stream that many follow', () => {
  it('is opened once, and told whole to each, whenever they came', async () => {
    const numbers = new Numbers();
    const first = numbers.follow('a');
    numbers.tell(1, 2);
    await first.until(2);
    const [second, third] = [numbers.follow('b'), numbers.follow('c', 1)];
    numbers.tell(3, 'end');
    await Promise.all([first.until('end'), second.until('end'), third.until('end')]);
    expect([first.seen, second.seen, third.seen]).toEqual([
      [1, 2, 3, 'end'],
      [1, 2, 3, 'end'],
      [2, 3, 'end'],
    ]);
    expect(numbers.openings).toEqual(['a']);
  });

  it('is closed when the last has left, and opened anew for who comes then', async () => {
    const numbers = new Numbers();
    const [one, two] = [numbers.follow('a'), numbers.follow('b')];
    numbers.tell(1);
    await one.until(1);
    one.stop();
    expect([numbers.closed, numbers.streams.size]).toEqual([0, 1]);
    two.stop();
    expect([numbers.closed, numbers.streams.size]).toEqual([1, 0]);
    const again = numbers.follow('c');
    numbers.tell(1, 2);
    await again.until(2);
    expect(numbers.openings).toEqual(['a', 'c']);
    again.stop();
  });

  it('is opened again where it breaks off, in the name of who is still there, and goes on', async () => {
    const numbers = new Numbers();
    const [first, second] = [numbers.follow('a'), numbers.follow('b')];
    numbers.tell(1, 2);
    await second.until(2);
    first.stop();
    numbers.failing = [gone()];
    // It begins from its first item again.
    numbers.tell(gone(), 1, 2, 3, 'end');
    expect(await second.until('end')).toEqual([1, 2, 'lost', 'back', 3, 'end']);
    expect(numbers.openings).toEqual(['a', 'b', 'b']);
  });

  it('ends for all where it cannot be had', async () => {
    const numbers = new Numbers();
    numbers.failing = [new GatewayError('NOT_FOUND')];
    const [one, two] = [numbers.follow('a'), numbers.follow('b')];
    expect([await one.until('NOT_FOUND'), await two.until('NOT_FOUND')]).toEqual([['NOT_FOUND'], ['NOT_FOUND']]);
    expect(numbers.streams.size).toBe(0);
  });

  it('is not opened any more where everybody left while it was lost', async () => {
    const numbers = new Numbers();
    numbers.failing = [gone(), gone(), gone(), gone()];
    const one = numbers.follow('a');
    await one.until('lost');
    one.stop();
    const opened = numbers.openings.length;
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
    expect(numbers.openings.length).toBe(opened);
  });
});
