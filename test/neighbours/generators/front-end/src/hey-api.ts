import { client } from './generated/hey-api/client.gen.ts';
import { followOrder, getHome, login, placeOrder } from './generated/hey-api/sdk.gen.ts';
import { LINES, LOGIN, type Shopped } from './shopper.ts';

export async function shop(baseUrl: string): Promise<Shopped> {
  client.setConfig({ baseUrl });
  const { data: tokens } = await login({ body: LOGIN, throwOnError: true });
  // It asks for each scheme that an operation may take, and sends all that it is given.
  client.setConfig({ baseUrl, auth: ({ scheme }) => (scheme === 'bearer' ? tokens.accessToken : undefined) });
  const { data: home } = await getHome({ throwOnError: true });
  const { data: order } = await placeOrder({ body: LINES, throwOnError: true });
  const { stream } = await followOrder({ path: { id: order.id } });
  for await (const event of stream) {
    // The type of an event is that of the whole stream; its data is parsed.
    const { status } = event as unknown as { status?: string };
    if (status !== undefined) return { user: home.user?.name, order: order.status, event: status };
  }
  throw new Error('The stream has ended');
}
