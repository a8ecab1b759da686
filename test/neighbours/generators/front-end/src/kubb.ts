import { setConfig } from '@kubb/plugin-client/clients/fetch';
import { followOrder, getHome, login, placeOrder } from './generated/kubb/index.ts';
import { LINES, LOGIN, type Shopped } from './shopper.ts';

export async function shop(baseUrl: string): Promise<Shopped> {
  const json = { 'content-type': 'application/json' };
  setConfig({ baseURL: baseUrl, headers: json });
  const { accessToken } = await login(LOGIN);
  setConfig({ baseURL: baseUrl, headers: { ...json, authorization: `Bearer ${accessToken}` } });
  const home = await getHome();
  const order = await placeOrder(LINES);
  // It waits for the end of a stream, so it asks for the events so far, whose type is that of the stream.
  const polled = await followOrder(order.id, { wait: 0 });
  const [first] = (polled as unknown as { events: { data: { status: string } }[] }).events;
  return { user: home.user?.name, order: order.status, event: first!.data.status };
}
