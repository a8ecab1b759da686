import { ok } from '@oazapfts/runtime';
import { defaults, followOrder, getHome, login, placeOrder, upload } from './generated/oazapfts/client.ts';
import { LINES, LOGIN, type Shopped } from './shopper.ts';

export async function shop(baseUrl: string): Promise<Shopped> {
  defaults.baseUrl = baseUrl;
  const { accessToken } = (await ok(login(LOGIN))) as { accessToken: string };
  defaults.headers = { authorization: `Bearer ${accessToken}` };
  const home = (await ok(getHome())) as { user: { name: string } | null };
  const order = (await ok(placeOrder(LINES))) as { id: string; status: string };
  // Bytes are sent as they are, and not as JSON.
  const file = (await ok(upload(new Blob(['five!'], { type: 'text/plain' })))) as { length?: number };
  if (file.length !== 5) throw new Error(JSON.stringify(file));
  // It waits for the end of a stream, so it asks for the events so far.
  const { events } = (await ok(followOrder(order.id, { wait: 0 }))) as unknown as {
    events: { data: { status: string } }[];
  };
  return { user: home.user?.name, order: order.status, event: events[0]!.data.status };
}
