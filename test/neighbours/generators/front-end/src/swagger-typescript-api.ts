import { Api } from './generated/swagger-typescript-api/client.ts';
import { firstStatus, LINES, LOGIN, type Shopped } from './shopper.ts';

export async function shop(baseUrl: string): Promise<Shopped> {
  const api = new Api<string>({
    baseUrl,
    securityWorker: (token) => (token ? { headers: { authorization: `Bearer ${token}` } } : {}),
  });
  const { data: tokens } = await api.v1.login(LOGIN);
  api.setSecurityData(tokens.accessToken);
  const { data: home } = await api.v1.getHome({}, { secure: true });
  const { data: order } = await api.v1.placeOrder(LINES, {}, { secure: true });
  const headers = { accept: 'text/event-stream', authorization: `Bearer ${tokens.accessToken}` };
  const events = await fetch(`${baseUrl}/v1/orders/${order.id}/events`, { headers });
  return { user: home.user?.name, order: order.status, event: await firstStatus(events.body!) };
}
