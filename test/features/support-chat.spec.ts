import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Access } from '#test/support/access';
import { ChatClient } from '#test/support/chat-client';
import { Client } from '#test/support/client';
import { Shop } from '#test/support/shop';

const access = new Access();
const tokenOf = ({ authorization }: { authorization: string }) => authorization.replace('Bearer ', '');
let shop: Shop;
let ada: Client;
let orderId: string;
const open: ChatClient[] = [];

beforeAll(async () => {
  shop = await Shop.open({ JWT_PRIVATE_KEY: access.privateKey });
  ada = await Client.of(shop, 'ada');
});
afterEach(() => {
  for (const client of open.splice(0)) client.close();
});
afterAll(() => shop?.close());

const newOrder = async () =>
  (await ada.post('/v1/orders', { lines: [{ productId: 'p1', quantity: 1 }] })).body.id as string;
const enter = async (token: string) => {
  const client = await ChatClient.in(shop.gateway.url, token);
  open.push(client);
  return client;
};
const customer = () => enter(ada.token!);
const support = () => enter(tokenOf(access.admin));
const stranger = () => enter(tokenOf(access.of('u3')));
let n = 0;
const words = (text: string) => ({ orderId, clientId: `m-${(n += 1)}`, text });

describe('the room of an order', () => {
  beforeAll(async () => void (orderId = await newOrder()));

  it('is where its customer and support hear each other', async () => {
    const [one, other] = [await customer(), await support()];
    expect(await one.send('join', { orderId })).toEqual({
      data: { messages: [], hasMore: false, members: [{ id: 'u1', isSupport: false }] },
    });
    const { data } = await other.send('join', { orderId });
    expect(data.members).toEqual(
      expect.arrayContaining([
        { id: 'u1', isSupport: false },
        { id: 'u2', isSupport: true },
      ]),
    );
    const { data: kept } = await one.send('message', words('Where is it?'));
    expect(kept).toEqual({
      id: expect.stringMatching(/^\d+-\d+$/),
      orderId,
      authorId: 'u1',
      author: 'customer',
      clientId: expect.any(String),
      text: 'Where is it?',
      sentAt: expect.stringMatching(/Z$/),
    });
    expect(await other.until('message')).toEqual(kept);
    await other.send('message', words('On its way.'));
    expect(await one.until('message')).toMatchObject({ author: 'support', text: 'On its way.' });
  });

  it('keeps what was said for who was away, until they have seen it', async () => {
    const one = await customer();
    await one.send('join', { orderId });
    const { data: first } = await one.send('message', words('Are you there?'));
    const { data: second } = await one.send('message', words('Hello?'));
    const back = await support();
    const { data } = await back.send('join', { orderId });
    expect(data.messages.slice(-2)).toEqual([first, second]);
    expect(await back.send('seen', { orderId, id: first.id })).toEqual({ data: {} });
    const again = await support();
    expect((await again.send('join', { orderId })).data.messages).toEqual([second]);
    await again.send('seen', { orderId, id: second.id });
    // What was seen last stays so.
    await again.send('seen', { orderId, id: first.id });
    expect((await (await support()).send('join', { orderId })).data.messages).toEqual([]);
    expect((await back.send('join', { orderId, after: first.id })).data.messages).toEqual([second]);
  });

  it('tells all to who had later messages than there are, of a Redis that was lost', async () => {
    const one = await customer();
    await one.send('join', { orderId });
    const { data: last } = await one.send('message', words('The last.'));
    const lost = `${Date.now() + 3_600_000}-0`;
    const { data } = await one.send('join', { orderId, after: lost });
    expect(data.messages.at(-1)).toEqual(last);
    expect((await one.send('join', { orderId, after: last.id })).data.messages).toEqual([]);
    const other = await support();
    await other.send('seen', { orderId, id: lost });
    expect((await other.send('join', { orderId })).data.messages.at(-1)).toEqual(last);
  });

  it('has one message of one that is sent again, and tells it again', async () => {
    const [one, other] = [await customer(), await support()];
    await Promise.all([one.send('join', { orderId }), other.send('join', { orderId })]);
    const message = words('Once.');
    const { data: kept } = await one.send('message', message);
    expect((await one.send('message', { ...message, text: 'Twice?' })).data).toEqual(kept);
    expect(await other.until('message', 2)).toEqual(kept);
    const { data } = await one.send('history', { orderId });
    expect(data.messages.filter(({ clientId }: { clientId: string }) => clientId === message.clientId)).toEqual([
      kept,
    ]);
  });

  it('tells its past page by page', async () => {
    const order = orderId;
    orderId = await newOrder();
    const one = await customer();
    for (const text of ['a', 'b', 'c', 'd', 'e']) await one.send('message', words(text));
    const texts = ({ messages }: { messages: { text: string }[] }) => messages.map(({ text }) => text).join('');
    const { data: newest } = await one.send('history', { orderId, first: 2 });
    expect([texts(newest), newest.hasMore]).toEqual(['de', true]);
    const { data: before } = await one.send('history', { orderId, first: 3, before: newest.messages[0]!.id });
    expect([texts(before), before.hasMore]).toEqual(['abc', false]);
    orderId = order;
  });

  it('shows who is there, and who types', async () => {
    const [one, other] = [await customer(), await support()];
    await one.send('join', { orderId });
    await other.send('join', { orderId });
    await one.untilOne('presence', ({ members }) => members.length === 2);
    other.socket.emit('typing', { orderId, isTyping: true });
    expect(await one.until('typing')).toEqual({ orderId, memberId: 'u2', isTyping: true });
    other.close();
    await one.untilOne('presence', ({ members }) => members.length === 1);
    expect(await one.send('leave', { orderId })).toEqual({ data: { wasThere: true } });
    expect(await one.send('leave', { orderId })).toEqual({ data: { wasThere: false } });
  });

  it.each([
    ['join', () => ({ orderId })],
    ['message', () => words('Let me in.')],
    ['history', () => ({ orderId })],
    ['seen', () => ({ orderId, id: '1-0' })],
    ['typing', () => ({ orderId, isTyping: true })],
  ])('is closed to whom it does not concern: %s', async (event, body) => {
    const other = await stranger();
    const { data, error } = await other.send(event, body());
    expect([data, error!.code]).toEqual([undefined, 'NOT_FOUND']);
    expect(error!.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('is not heard by who has left it', async () => {
    const [one, other] = [await customer(), await support()];
    await Promise.all([one.send('join', { orderId }), other.send('join', { orderId })]);
    await other.send('leave', { orderId });
    await one.send('message', words('Still there?'));
    await other.send('history', { orderId });
    expect(other.all('message')).toEqual([]);
  });
});

describe('a client that was cut off', () => {
  it('goes on where it was, with what it has missed', async () => {
    const [one, other] = [await customer(), await support()];
    await Promise.all([one.send('join', { orderId }), other.send('join', { orderId })]);
    await other.send('message', words('Before.'));
    await one.until('message');
    one.cut();
    await one.until('(disconnect)');
    await other.send('message', words('Meanwhile.'));
    expect(await one.until('message', 2)).toMatchObject({ text: 'Meanwhile.' });
    expect(one.socket.recovered).toBe(true);
    await other.send('message', words('After.'));
    expect(await one.until('message', 3)).toMatchObject({ text: 'After.' });
    expect(one.all('message')).toHaveLength(3);
  });

  it('cannot go on as somebody else', async () => {
    const tokens = [ada.token!, tokenOf(access.of('u3')), ada.token!];
    const one = ChatClient.open(shop.gateway.url, undefined, {
      auth: (give: (auth: object) => void) => give({ token: tokens.shift() }),
      reconnectionDelayMax: 50,
    });
    open.push(one);
    await one.until('(connect)');
    await one.send('join', { orderId });
    await one.send('message', words('Mine.'));
    one.cut();
    expect(await one.until('(connect_error)')).toMatchObject({ message: 'FORBIDDEN' });
  });
});

describe('a message that is wrong', () => {
  it.each([
    ['join', {}, 'BAD_REQUEST', 'orderId'],
    ['join', { orderId: 7 }, 'BAD_REQUEST', 'orderId'],
    ['join', { orderId: 'o1', after: 'yesterday' }, 'VALIDATION_FAILED', 'after'],
    ['message', { orderId: 'o1', clientId: '', text: 'x' }, 'VALIDATION_FAILED', 'clientId'],
    ['message', { orderId: 'o1', clientId: 'a', text: ' ' }, 'VALIDATION_FAILED', 'text'],
    ['message', { orderId: 'o1', clientId: 'a', text: 'x'.repeat(2_001) }, 'VALIDATION_FAILED', 'text'],
    ['message', { orderId: 'o1', clientId: 'a', text: Buffer.from('x') }, 'BAD_REQUEST', 'text'],
    ['message', { orderId: 'o1', clientId: 'a', text: 'x', role: 'admin' }, 'BAD_REQUEST', 'role'],
    ['typing', { orderId: 'o1', isTyping: 'yes' }, 'BAD_REQUEST', 'isTyping'],
    ['history', { orderId: 'o1', first: 101 }, 'VALIDATION_FAILED', 'first'],
  ])('is refused, naming the field: %s %j', async (event, body, code, field) => {
    const { error } = await (await customer()).send(event, body);
    expect([error!.code, error!.errors!.map((one) => one.field)]).toEqual([code, [field]]);
  });

  it.each([[[]], [[null]], [['text']], [[[]]], [[1, 2, 3]]])(
    'is refused where it is no object: %j',
    async (given) => {
      const { error } = await (await customer()).send('join', ...given);
      expect(error!.code).toBe('BAD_REQUEST');
    },
  );

  it('is told so to who does not wait for an answer, too', async () => {
    const one = await customer();
    one.socket.emit('join', { orderId: '' });
    expect(await one.until('refused')).toMatchObject({ event: 'join', error: { code: 'NOT_FOUND' } });
  });

  it('takes nothing from the others', async () => {
    const one = await customer();
    one.socket.emit('join', null);
    one.socket.emit('nothing of ours', {});
    expect((await one.send('join', { orderId })).data).toBeDefined();
  });
});

describe('the time of a message', () => {
  it('is its own: what the orders service does not answer is an error, and the connection goes on', async () => {
    const one = await customer();
    await shop.stop('orders');
    const { error } = await one.send('history', { orderId });
    expect(error!.code).toMatch(/^UPSTREAM_UNAVAILABLE|CIRCUIT_OPEN$/);
    await shop.start('orders');
    for (;;) if ((await one.send('history', { orderId })).data) break;
  });
});
