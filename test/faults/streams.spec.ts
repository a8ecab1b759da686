import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Client } from '#test/support/client';
import { p99 } from '#test/support/load';
import { Row } from '#test/support/row';
import { StreamingPair } from '#test/support/streaming-pair';
import { Wanderer } from '#test/support/wanderer';
import request from 'supertest';

jest.setTimeout(180_000);

const CLIENTS = 1_000;
const SLOW = 50;
/** Of so many one may come late, and 99 % of all are still on time. */
const BROADCASTS = 120;
const WARM_UP = 5;
const MESSAGE = 'x'.repeat(2_000);

const streaming = await StreamingPair.open(200);
const onRedis = streaming ? describe : describe.skip;

afterAll(() => streaming?.close());

onRedis('1,000 clients of streams', () => {
  const { one } = streaming!.pair;
  let ada: Client;
  let grace: Client;
  beforeAll(async () => {
    ada = await Client.of(one, 'ada');
    grace = await Client.of(one, 'grace');
  });

  it('lose nothing and hear nothing twice where a gateway is killed and another drained', async () => {
    const row = new Row('a gateway killed, another drained, under 1,000 streaming clients');
    const { expected, moved, lost, doubled } = await streaming!.killAndDrain(ada, CLIENTS);
    row.note('events for each', '35', String(expected), expected === 35);
    row.note('clients that had to go elsewhere', '> 600', String(moved), moved > 600);
    row.note('clients that missed one', '0', String(lost), lost === 0);
    row.note('clients that heard one twice', '0', String(doubled), doubled === 0);
    expect(row.missed).toEqual([]);
  });

  it('hear at once what slow ones among them do not read', async () => {
    const row = new Row('50 slow readers among 200 fast ones');
    const fast = await Promise.all(
      Array.from({ length: 200 }, () => Wanderer.start([one.gateway.url], '/v1/events', ada.token!)),
    );
    const slow = Array.from({ length: SLOW }, () => unread(one.gateway.url, grace.token!));
    const waits: number[] = [];
    let before = 0;
    for (let n = 0; n < WARM_UP + BROADCASTS; n += 1) {
      if (n === WARM_UP) before = one.process.rssBytes;
      const sentAt = performance.now();
      const heard = fast.map((client) =>
        client.until(() => client.all('broadcast').length > n).then(() => performance.now() - sentAt),
      );
      await request(one.adminUrl)
        .post('/admin/broadcast')
        .set('authorization', `Bearer ${grace.token}`)
        .send({ message: MESSAGE });
      const all = await Promise.all(heard);
      if (n >= WARM_UP) waits.push(...all);
    }
    const worst = p99(waits);
    const grownMb = (one.process.rssBytes - before) / 1_000_000;
    for (const client of fast) client.stop();
    for (const socket of slow) socket.destroy();
    row.note('fast ones, p99 until heard', '≤ 100 ms', `${worst.toFixed(0)} ms`, worst <= 100);
    row.note('memory grown', '≤ 40 MB', `${grownMb.toFixed(0)} MB`, grownMb <= 40);
    expect(row.missed).toEqual([]);
  });
});

/** A stream that nobody reads. */
function unread(url: string, token: string): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).on('error', () => {});
  socket.pause();
  socket.write(`GET /v1/events HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\n\r\n`);
  return socket;
}
