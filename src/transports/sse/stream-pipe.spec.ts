import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { loadConfig } from '#gateway/config/config';
import { type Served, serve } from '#gateway/edge/listener/server.fixture';
import { Limiter } from '#gateway/edge/limits/limiter';
import { LimitStoreMemory } from '#gateway/edge/limits/limit-store.memory';
import { type Reservation, reservation } from '#gateway/edge/limits/reservation';
import { openStreamsOf } from '#gateway/edge/streams/open-streams.fixture';
import { GatewayError } from '#libs/errors';
import { eventually } from '#libs/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { PinoLogger } from 'nestjs-pino';
import type { ServerSentEvent } from './event-stream.ts';
import { StreamPipe, type PipedAnswer } from './stream-pipe.ts';

const { streams, stop } = openStreamsOf({ MAX_STREAMS_PER_CALLER: '1' });
const limiter = new Limiter(loadConfig({ RATE_LIMIT_ANONYMOUS: '1000/60' }), new LimitStoreMemory());
const policies = limiter.policies.filter(({ name }) => name === 'anonymous');
let served: Served;
let answer: Answer;

/** An answer of an upstream that counts what is read of it, and ends at once when it is closed. */
class Answer implements PipedAnswer<ServerSentEvent> {
  read = 0;
  isClosed = false;
  readonly cost = 30;
  private endNow!: () => void;
  private readonly closed = new Promise<undefined>((resolve) => (this.endNow = () => resolve(undefined)));

  constructor(private readonly events: AsyncGenerator<ServerSentEvent>) {}

  async *[Symbol.asyncIterator]() {
    while (!this.isClosed) {
      const next = await Promise.race([this.events.next(), this.closed]);
      if (!next || next.done) return;
      this.read += 1;
      yield next.value;
    }
  }

  close(): void {
    this.isClosed = true;
    this.endNow();
  }
}

beforeAll(async () => {
  served = await serve((server, logger) => {
    const pipe = new StreamPipe(streams, limiter, logger as unknown as PinoLogger);
    server.get('/answer', async (request, reply) => {
      reservation.of(request.context).reserved = limiter.take(request.context, policies, 100) as Reservation[];
      await pipe.answer(request, reply, answer, (events) => events);
      return reply;
    });
  });
});
afterAll(async () => {
  stop();
  await served.stop();
});
beforeEach(() => void limiter.counts.set('anonymous', { accepted: 0, limited: 0, cost: 0, refunded: 0 }));

async function* these(...events: ServerSentEvent[]) {
  yield* events;
}

/** One event, and then silence. */
async function* forever(): AsyncGenerator<ServerSentEvent> {
  yield { data: 'a' };
  await new Promise<void>(() => {});
}

async function framesOf(): Promise<string[]> {
  const response = await fetch(`${served.url}/answer`);
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  return (await response.text()).split('\n\n').slice(1);
}

describe('a relayed answer', () => {
  it('is passed on event by event, and closed when it is complete', async () => {
    answer = new Answer(these({ data: 'a' }, { event: 'b', data: {} }));
    expect(await framesOf()).toEqual(['data: a', 'event: b\ndata: {}', '']);
    expect(answer.isClosed).toBe(true);
  });

  it('gives back what it has not cost of what was reserved for it', async () => {
    answer = new Answer(these({ data: 'a' }));
    await framesOf();
    expect(limiter.counts.get('anonymous')).toMatchObject({ cost: 100, refunded: 70 });
  });

  it('that breaks off ends with an event `error` that has the problem, and is logged', async () => {
    answer = new Answer(
      (async function* () {
        yield { data: 'a' };
        throw new GatewayError('UPSTREAM_BAD_RESPONSE');
      })(),
    );
    const [first, last] = await framesOf();
    expect(first).toBe('data: a');
    const [, problem] = /^event: error\ndata: (.*)$/.exec(last!)!;
    expect(JSON.parse(problem!)).toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE', instance: '/answer' });
    expect(answer.isClosed).toBe(true);
    expect(await served.log.first({ msg: 'the answer broke off' })).toMatchObject({ level: 'warn' });
    expect(limiter.counts.get('anonymous')).toMatchObject({ refunded: 70 });
  });

  it('is read no faster than its client reads', async () => {
    const chunk = { data: 'x'.repeat(64 * 1024) };
    answer = new Answer(
      (async function* () {
        for (;;) yield chunk;
      })(),
    );
    const request = get(`${served.url}/answer`);
    const [client] = (await once(request, 'response')) as [IncomingMessage];
    client.on('error', () => {});
    // Until the buffers of the system are full, and nothing is read for a while.
    let before = -1;
    while (before !== answer.read) {
      before = answer.read;
      await new Promise((resolve) => void setTimeout(resolve, 100));
    }
    expect(streams.report(1).streams[0]!.heldBytes).toBeLessThan(256 * 1024);
    client.resume();
    await eventually(() => answer.read >= before + 100);
    client.destroy();
    await eventually(() => answer.isClosed);
  });

  it('is closed when its client leaves, though it waits for an event', async () => {
    answer = new Answer(forever());
    const request = get(`${served.url}/answer`).on('error', () => {});
    await once(request, 'response');
    expect(answer.isClosed).toBe(false);
    request.destroy();
    await eventually(() => answer.isClosed);
    expect(streams.report(1).open).toBe(0);
  });

  it('that is refused is closed', async () => {
    const open = new Answer(forever());
    answer = open;
    const request = get(`${served.url}/answer`).on('error', () => {});
    await once(request, 'response');
    answer = new Answer(these({ data: 'a' }));
    const response = await fetch(`${served.url}/answer`);
    expect(response.status).toBe(429);
    expect(answer.isClosed).toBe(true);
    expect(open.isClosed).toBe(false);
    request.destroy();
    await eventually(() => open.isClosed);
  });
});
