import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually, Receiver, type ReceivedRequest, type Respond } from '#libs/testing';
import { SentryReporter } from './sentry-reporter.ts';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';

const ended: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

async function reporting(respond: Respond) {
  const receiver = await Receiver.open(respond);
  ended.push(() => receiver.close());
  const reporter = new SentryReporter(`http://abc@127.0.0.1:${receiver.port}/42`, 'production');
  ended.push(() => reporter.close());
  return { receiver, reporter };
}

const ok: Respond = (_, response) => response.writeHead(200).end('{}');

/** An envelope: a header, then for each item a header and a payload, each on a line. */
function eventIn({ body }: ReceivedRequest): Record<string, never> {
  const [header, itemHeader, payload] = body
    .toString()
    .split('\n')
    .map((line) => (line ? JSON.parse(line) : undefined));
  expect(header).toMatchObject({ event_id: expect.stringMatching(/^[0-9a-f]{32}$/), sent_at: expect.any(String) });
  expect(itemHeader).toMatchObject({ type: 'event' });
  return payload;
}

describe('a report of a fault', () => {
  it('is an envelope for the project, with the causes and their stacks, ids and group', async () => {
    const { receiver, reporter } = await reporting(ok);
    const error = new TypeError('no user ada@example.com', { cause: new Error('token=hunter2') });
    reporter.report(
      { code: 'UPSTREAM_TIMEOUT', upstream: 'orders', error, requestId: 'r1', traceId: TRACE_ID },
      3,
    );
    await eventually(() => reporter.counts.sent === 1);
    const [request] = receiver.requests;
    expect(request!.path).toMatch(/^\/api\/42\/envelope\/\?.*sentry_key=abc/);
    const event = eventIn(request!);
    expect(event).toMatchObject({
      level: 'error',
      environment: 'production',
      fingerprint: ['UPSTREAM_TIMEOUT', 'orders'],
      tags: { code: 'UPSTREAM_TIMEOUT', upstream: 'orders', request_id: 'r1', trace_id: TRACE_ID },
      extra: { suppressed: 3 },
    });
    const exceptions = (event['exception'] as unknown as { values: object[] }).values as {
      type: string;
      value: string;
      stacktrace: { frames: object[] };
    }[];
    expect(exceptions.map(({ type, value }) => [type, value])).toEqual([
      ['Error', 'token=[redacted]'],
      ['TypeError', 'no user [email]'],
    ]);
    expect(exceptions[1]!.stacktrace.frames.at(-1)).toMatchObject({
      filename: expect.stringContaining('sentry-reporter.spec'),
    });
    expect(event['server_name'] ?? event['user'] ?? event['request']).toBeUndefined();
  });

  it('is counted as failed where the receiver is down', async () => {
    const receiver = await Receiver.open(ok);
    const { port } = receiver;
    await receiver.close();
    const reporter = new SentryReporter(`http://abc@127.0.0.1:${port}/42`, 'test');
    reporter.report({ code: 'INTERNAL', error: new Error('a bug') }, 0);
    await reporter.close();
    expect(reporter.counts).toEqual({ sent: 0, failed: 1, dropped: 0 });
  });

  it('is not sent while the receiver has asked for a pause', async () => {
    const { receiver, reporter } = await reporting((_, response) =>
      response.writeHead(429, { 'retry-after': '60' }).end(),
    );
    reporter.report({ code: 'INTERNAL', error: new Error('one') }, 0);
    await eventually(() => reporter.counts.failed === 1);
    reporter.report({ code: 'INTERNAL', error: new Error('two') }, 0);
    await eventually(() => reporter.counts.dropped === 1);
    expect(receiver.requests).toHaveLength(1);
    expect(reporter.counts.sent).toBe(0);
  });

  it('is dropped and counted where too many are on their way to a receiver that hangs', async () => {
    const { receiver, reporter } = await reporting(() => {});
    for (let n = 0; n < 100; n += 1) reporter.report({ code: 'INTERNAL', error: new Error(`${n}`) }, 0);
    await eventually(() => reporter.counts.dropped === 70);
    await receiver.until(({ length }) => length === 30);
    expect(reporter.counts).toEqual({ sent: 0, failed: 0, dropped: 70 });
  });
});
