import { afterEach, describe, expect, it } from '@jest/globals';
import { createClient } from '../client.ts';
import { events, hangUp, json, problem, scriptedGateway, type Step } from '../gateway.fixture.ts';
import { mobileOrderStatus } from '../generated/trusted.ts';
import type { SubscriptionEvent } from './subscription.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

/** What a subscription yields, for its first `limit` events; with a gateway that answers by these steps. */
async function seenOf(steps: Step[], limit = Infinity) {
  const { url, requests, close } = await scriptedGateway(...steps);
  opened.push({ close });
  const seen: SubscriptionEvent<unknown>[] = [];
  const client = createClient({ baseUrl: url });
  try {
    for await (const event of mobileOrderStatus(client, { id: 'o1' })) if (seen.push(event) >= limit) break;
  } catch (error) {
    return { seen, requests, code: (error as { failure: { code: string } }).failure.code };
  }
  return { seen, requests, code: undefined };
}

const next = (result: object) => `event: next\ndata: ${JSON.stringify(result)}\n\n`;
const DONE = 'event: complete\ndata: \n\n';
const data = (status: string) => ({ orderStatus: { status, percent: 0, isFinal: false } });
const refusal = (status: number, code: string, extensions = {}) =>
  json(status, { errors: [{ message: code, extensions: { code, requestId: 'r1', ...extensions } }] });
const { sha256 } = mobileOrderStatus.document;

describe('a trusted subscription', () => {
  it('is asked for by its hash, yields its data, and ends when it is complete', async () => {
    const degraded = [{ part: 'orderStatus', reason: 'STALE' }];
    const text = next({ data: data('PLACED') }) + next({ data: data('PAID'), extensions: { degraded } }) + DONE;
    const { seen, requests } = await seenOf([events(`retry: 1\n\n${text}`)]);
    expect(seen).toEqual([
      { event: 'next', data: data('PLACED'), degraded: [] },
      { event: 'next', data: data('PAID'), degraded },
      { event: 'end', data: { reason: 'complete' } },
    ]);
    const [{ method, url, headers, text: body }] = requests as [(typeof requests)[0]];
    expect([method, url, headers.accept]).toEqual(['POST', '/graphql', 'text/event-stream']);
    expect(JSON.parse(body)).toEqual({ documentId: `sha256:${sha256}`, variables: { id: 'o1' } });
  });

  it('says of an event whose data could not be had why, and goes on', async () => {
    const failed = { data: null, errors: [{ message: 'Too late', extensions: { code: 'UPSTREAM_TIMEOUT' } }] };
    const { seen } = await seenOf([events(next(failed) + next({ data: data('PAID') }) + DONE)]);
    expect(seen).toMatchObject([
      { event: 'failed', data: { code: 'UPSTREAM_TIMEOUT', message: 'Too late' } },
      { event: 'next' },
      { event: 'end' },
    ]);
  });

  it('is opened again after a loss and a refusal for a while, with a gap', async () => {
    const { seen, requests } = await seenOf([
      events(`retry: 1\n\n${next({ data: data('PLACED') })}`),
      hangUp,
      refusal(503, 'OVERLOADED'),
      events(`retry: 1\n\n${next({ data: data('PAID') })}event: end\ndata: {"reason":"expired"}\n\n`),
      events(DONE),
    ]);
    expect(seen.map(({ event }) => event)).toEqual(['next', 'gap', 'next', 'gap', 'end']);
    expect(requests).toHaveLength(5);
    expect(requests.at(-1)!.headers).not.toHaveProperty('last-event-id');
  });

  it('ends with its session, and is not opened again', async () => {
    const { seen, requests } = await seenOf([events('event: end\ndata: {"reason":"logout"}\n\n')]);
    expect([seen, requests.length]).toEqual([[{ event: 'end', data: { reason: 'logout' } }], 1]);
  });

  it.each([
    ['a refusal of GraphQL', refusal(400, 'GRAPHQL_VALIDATION_FAILED'), 'GRAPHQL_VALIDATION_FAILED'],
    ['one that has ended', refusal(410, 'GONE'), 'GONE'],
    ['a problem', problem(403, 'FORBIDDEN'), 'FORBIDDEN'],
    ['something else', json(400, { errors: 'none' }), 'UNEXPECTED'],
  ])('throws %s', async (_, step, code) => {
    const found = await seenOf([step]);
    expect([found.code, found.seen, found.requests.length]).toEqual([code, [], 1]);
  });

  it('is asked for by its name where the gateway takes no hashes', async () => {
    const unknown = refusal(404, 'GRAPHQL_UNKNOWN_DOCUMENT');
    const { seen, requests } = await seenOf([unknown, unknown, events(next({ data: data('PAID') }) + DONE)]);
    expect(seen.map(({ event }) => event)).toEqual(['next', 'end']);
    expect(JSON.parse(requests.at(-1)!.text)).toMatchObject({ documentId: 'mobile/order-status' });
  });

  it('is not supported by a gateway that takes hashes and does not know this one', async () => {
    const found = await seenOf([refusal(404, 'GRAPHQL_UNKNOWN_DOCUMENT'), refusal(400, 'BAD_REQUEST')]);
    expect([found.code, found.requests.length]).toEqual(['NOT_SUPPORTED', 2]);
  });
});
