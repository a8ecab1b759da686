import { createApiClient } from './generated/openapi-zod-client/client.ts';
import { firstStatus, LINES, LOGIN, type Shopped } from './shopper.ts';

export async function shop(baseUrl: string): Promise<Shopped> {
  // Answers are checked by the generated schemas, too.
  const api = createApiClient(baseUrl);
  const { accessToken } = await api.login(LOGIN);
  const headers = { Authorization: `Bearer ${accessToken}` };
  const home = await api.getHome({ headers });
  const order = await api.placeOrder(LINES, { headers });
  // It takes the answer of a stream for nothing, whatever is asked for, and refuses it.
  const events = await fetch(`${baseUrl}/v1/orders/${order.id}/events`, {
    headers: { ...headers, accept: 'text/event-stream' },
  });
  return { user: home.user?.name, order: order.status, event: await firstStatus(events.body!) };
}
