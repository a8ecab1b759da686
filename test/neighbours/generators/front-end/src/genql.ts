import { createClient, generateSubscriptionOp } from './generated/genql/index.ts';
import { LINES, LOGIN, type Shopped } from './shopper.ts';

export async function shop(baseUrl: string): Promise<Shopped> {
  const url = `${baseUrl}/graphql`;
  const { login } = await createClient({ url }).mutation({
    login: { __args: { input: LOGIN }, accessToken: true },
  });
  const headers = { authorization: `Bearer ${login!.accessToken}` };
  const client = createClient({ url, headers });
  const { home } = await client.query({ home: { user: { name: true } } });
  const { placeOrder } = await client.mutation({
    placeOrder: {
      __args: { input: LINES },
      __typename: true,
      on_OrderAccepted: { order: { id: true, status: true, placedAt: true } },
      on_OrderRefused: { code: true },
    },
  });
  if (placeOrder?.__typename !== 'OrderAccepted') throw new Error(JSON.stringify(placeOrder));
  const { order } = placeOrder;
  // Configured as a string: its default is any.
  const placedAt: string = order.placedAt;
  if (Number.isNaN(Date.parse(placedAt))) throw new Error(placedAt);
  // It makes the operation of a subscription, and has no transport for it.
  const operation = generateSubscriptionOp({ orderStatus: { __args: { id: order.id }, status: true } });
  const answer = await fetch(url, {
    method: 'POST',
    headers: { ...headers, accept: 'text/event-stream', 'content-type': 'application/json' },
    body: JSON.stringify(operation),
  });
  return { user: home?.user?.name, order: order.status, event: await firstStatusOf(answer.body!) };
}

/** The status of the first result of a subscription, which is then left. */
async function firstStatusOf(body: ReadableStream<Uint8Array>): Promise<string> {
  const reader = body
    .pipeThrough(new TextDecoderStream() as unknown as TransformStream<Uint8Array, string>)
    .getReader();
  for (let text = ''; ;) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`The stream has ended: ${text}`);
    text += value;
    const data = /^data: (.*"orderStatus".*)\n/m.exec(text);
    if (!data) continue;
    await reader.cancel();
    return (JSON.parse(data[1]!) as { data: { orderStatus: { status: string } } }).data.orderStatus.status;
  }
}
