import createClient from 'openapi-fetch';
import type { paths } from './generated/openapi-fetch/schema.ts';
import { firstStatus, LINES, LOGIN, type Shopped } from './shopper.ts';

export async function shop(baseUrl: string): Promise<Shopped> {
  const client = createClient<paths>({ baseUrl });
  const login = await client.POST('/v1/auth/login', { body: LOGIN });
  if (!login.data) throw new Error(login.error.code);
  client.use({
    onRequest: ({ request }) => request.headers.set('authorization', `Bearer ${login.data.accessToken}`),
  });
  const home = await client.GET('/v1/home');
  const order = await client.POST('/v1/orders', { body: LINES });
  if (!order.data) throw new Error(order.error.code);
  const events = await client.GET('/v1/orders/{id}/events', {
    params: { path: { id: order.data.id } },
    headers: { accept: 'text/event-stream' },
    parseAs: 'stream',
  });
  return { user: home.data?.user?.name, order: order.data.status, event: await firstStatus(events.data as never) };
}
