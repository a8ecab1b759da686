import { redisKeys } from '#gateway/config/redis-keys';
import { eventually, ownRedisForTests } from '#libs/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ChatClient } from '#test/support/chat-client';
import { Client } from '#test/support/client';
import type { PairedGateway } from '#test/support/gateway-pair';
import { StreamingPair } from '#test/support/streaming-pair';
import { Redis } from 'ioredis';

const streaming = await StreamingPair.open(600_000);
const onRedis = streaming ? describe : describe.skip;

afterAll(() => streaming?.close());

onRedis('the room of an order, at several gateways', () => {
  const { pair } = streaming!;
  let ada: Client;
  let grace: Client;
  let orderId: string;
  const open: ChatClient[] = [];

  beforeAll(async () => {
    [ada, grace] = await Promise.all([Client.of(pair.one, 'ada'), Client.of(pair.one, 'grace')]);
    orderId = await streaming!.place(ada);
  });
  afterEach(() => {
    for (const client of open.splice(0)) client.close();
  });

  let n = 0;
  const text = (text: string) => ({ orderId, clientId: `m-${(n += 1)}`, text });
  const textsOf = (messages: { text: string }[]) => messages.map(({ text }) => text);
  const enter = async (at: PairedGateway, client: Client) => {
    const entered = await ChatClient.in(at.gateway.url, client.token!);
    open.push(entered);
    await entered.send('join', { orderId });
    return entered;
  };

  /** Breaks the connection of a client, and waits until its gateway has kept its session for its return. */
  const cutOff = async (client: ChatClient) => {
    const redis = new Redis(pair.redis.url);
    const sessions = async () => (await redis.keys(redisKeys.socketSession('*'))).length;
    const before = await sessions();
    client.socket.io.reconnection(false);
    client.cut();
    await client.until('(disconnect)');
    await eventually(async () => (await sessions()) !== before);
    await redis.quit();
  };
  const goOnAt = ({ socket }: ChatClient, { gateway }: PairedGateway) => {
    const { hostname, port } = new URL(gateway.url);
    Object.assign(socket.io, { uri: `http://${hostname}:${port}` });
    Object.assign(socket.io.opts, { hostname, port });
    socket.connect();
  };

  it('is one room: who is there, who types, and what is said', async () => {
    const [one, other] = [await enter(pair.one, ada), await enter(pair.other, grace)];
    await one.untilOne('presence', ({ members }) => members.length === 2);
    other.socket.emit('typing', { orderId, isTyping: true });
    expect(await one.until('typing')).toMatchObject({ memberId: 'u2' });
    const { data: kept } = await one.send('message', text('Where is it?'));
    expect(await other.until('message')).toEqual(kept);
    const { data } = await (await enter(pair.other, ada)).send('history', { orderId });
    expect(textsOf(data.messages)).toEqual(['Where is it?']);
    other.close();
    await one.untilOne('presence', ({ members }) => members.length === 1);
  });

  it('loses nothing of what was kept where a gateway is killed, and its clients go on elsewhere', async () => {
    const killed = await pair.another(() => ({}));
    const one = await enter(killed, ada);
    const other = await enter(pair.other, grace);
    const { data: last } = await one.send('message', text('One.'));
    await other.send('seen', { orderId, id: last.id });
    const under = Array.from({ length: 20 }, (_, index) => one.send('message', text(`Two ${index}.`)));
    killed.process.signal('SIGKILL');
    const answered = (await Promise.allSettled(under)).flatMap((one) =>
      one.status === 'fulfilled' && one.value.data ? [one.value.data.text as string] : [],
    );
    await one.until('(disconnect)');
    const back = await enter(pair.one, ada);
    await back.send('message', text('Three.'));
    await other.untilOne('message', ({ text }) => text === 'Three.');
    const { data } = await back.send('join', { orderId, after: last.id });
    const kept = textsOf(data.messages);
    expect(answered.filter((text) => !kept.includes(text))).toEqual([]);
    expect(new Set(kept).size).toBe(kept.length);
    expect(kept.at(-1)).toBe('Three.');
  });

  it('goes on for who is cut off and comes back to another gateway', async () => {
    const one = await enter(pair.one, ada);
    const other = await enter(pair.other, grace);
    await other.send('message', text('Before.'));
    await one.untilOne('message', ({ text }) => text === 'Before.');
    await cutOff(one);
    await other.send('message', text('Meanwhile.'));
    // Whether it is sent before, while or after the client is admitted, it arrives.
    const back = Array.from({ length: 20 }, (_, index) => text(`Back ${index}.`));
    goOnAt(one, pair.other);
    for (const message of back) await other.send('message', message);
    await one.untilOne('message', ({ text }) => text === back.at(-1)!.text);
    expect(one.socket.recovered).toBe(true);
    expect(textsOf(one.all('message'))).toEqual(['Before.', 'Meanwhile.', ...back.map(({ text }) => text)]);
  });

  it('sends its clients away one by one where a gateway stops, and they come back', async () => {
    const drained = await pair.another(() => ({}));
    const one = await enter(drained, ada);
    drained.process.signal('SIGTERM');
    expect(await one.until('end')).toEqual({ reason: 'shutdown' });
    await one.until('(disconnect)');
    expect(one.socket.active).toBe(true);
  });

  it('says so while nothing can be kept, and goes on when Redis is back', async () => {
    const one = await enter(pair.one, ada);
    const other = await enter(pair.other, grace);
    const third = await ChatClient.in(pair.other.gateway.url, grace.token!);
    open.push(third);
    const stopping = await pair.another(() => ({}));
    const { port } = new URL(pair.redis.url);
    await pair.redis.stop();
    // Ctrl-C ends it all the same.
    expect(await stopping.process.end('SIGINT')).toBe(0);
    // Who is refused is not there.
    expect((await third.send('join', { orderId })).error!.code).toBe('OVERLOADED');
    expect((await third.send('leave', { orderId })).data).toEqual({ wasThere: false });
    const message = text('Kept at last.');
    expect((await one.send('message', message)).error!.code).toBe('OVERLOADED');
    const again = (await ownRedisForTests(Number(port))) as { stop(): Promise<void> };
    for (;;) if ((await one.send('message', message)).data) break;
    await other.untilOne('message', ({ text }) => text === 'Kept at last.');
    const { data } = await one.send('history', { orderId });
    expect(textsOf(data.messages)).toEqual(['Kept at last.']);
    await again.stop();
  });
});
