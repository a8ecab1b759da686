import { followOrder, getHome, login, placeOrder } from './generated/orval/client.ts';
import { LINES, LOGIN, type Shopped } from './shopper.ts';

export async function shop(baseUrl: string): Promise<Shopped> {
  // The address is fixed when the client is generated: paths alone are completed here.
  const { fetch } = globalThis;
  globalThis.fetch = (path, init) => fetch(`${baseUrl}${String(path)}`, init);
  const tokens = await login(LOGIN);
  if (tokens.status !== 200) throw new Error(String(tokens.status));
  const headers = { authorization: `Bearer ${tokens.data.accessToken}` };
  const home = await getHome({}, { headers });
  const order = await placeOrder(LINES, {}, { headers });
  if (home.status !== 200 || order.status !== 201) throw new Error(`${home.status} ${order.status}`);
  // It waits for the end of a stream, so it asks for the events so far.
  const events = await followOrder(order.data.id, { wait: 0 }, { headers });
  const [first] = (events.data as unknown as { events: { data: { status: string } }[] }).events;
  return { user: home.data.user?.name, order: order.data.status, event: first!.data.status };
}
