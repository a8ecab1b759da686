import type { Client } from '#test/support/client';
import { GatewayPair } from '#test/support/gateway-pair';
import { Shop } from '#test/support/shop';
import { Wanderer } from '#test/support/wanderer';

/** The results of clients that had to reconnect to another gateway. */
export interface Moved {
  /** The expected number of events per client. */
  expected: number;
  moved: number;
  lost: number;
  doubled: number;
  gaps: number;
}

/** Two gateway processes with one Redis, in front of services whose orders advance. */
export class StreamingPair {
  private constructor(
    private readonly shop: Shop,
    readonly pair: GatewayPair,
  ) {}

  /** Undefined if no Redis can be started. @param stepMs the time between moves of an order, in milliseconds */
  static async open(stepMs: number): Promise<StreamingPair | undefined> {
    const shop = await Shop.open({}, { ORDER_STEP_MS: String(stepMs) });
    const { upstreams } = (await shop.logs.gateway.first({ msg: 'listening' })) as {
      upstreams: { name: string; addresses: string[] }[];
    };
    const at = (name: string) => upstreams.find((one) => one.name === name)!.addresses[0]!;
    const pair = await GatewayPair.open({
      ORDERS_URL: at('orders'),
      PRODUCTS_URL: at('products'),
      ASSISTANT_URL: at('assistant'),
      MAX_STREAMS_PER_CALLER: '5000',
    });
    if (pair) return new StreamingPair(shop, pair);
    await shop.close();
    return undefined;
  }

  /** Places an order. @returns its id */
  async place(client: Client): Promise<string> {
    const { status, body } = await client.post('/v1/orders', { lines: [{ productId: 'p1', quantity: 1 }] });
    if (status !== 201) throw new Error(`not placed: ${status}`);
    return body.id as string;
  }

  /** Kills one gateway and drains another, while a number of clients of one caller follow their orders. */
  async killAndDrain(client: Client, count: number): Promise<Moved> {
    const { pair } = this;
    const [killed, drained] = await Promise.all([pair.another(() => ({})), pair.another(() => ({}))]);
    const urls = [killed, drained, pair.other].map(({ gateway }) => gateway.url);
    const clients: Wanderer[] = [];
    while (clients.length < count) {
      const some = Array.from({ length: 100 }, (_, n) =>
        Wanderer.start([urls[n % 3]!, pair.other.gateway.url], '/v1/events', client.token!),
      );
      clients.push(...(await Promise.all(some)));
    }
    const orders = [await this.place(client), await this.place(client), await this.place(client)];
    killed.process.signal('SIGKILL');
    orders.push(await this.place(client), await this.place(client));
    drained.process.signal('SIGTERM');
    orders.push(await this.place(client), await this.place(client));
    const expected = orders.length * 5;
    const seenBy = ({ events }: Wanderer) => events.filter(({ data }) => orders.includes(String(data['orderId'])));
    await Promise.all(clients.map((one) => one.until(() => seenBy(one).length >= expected)));
    const ids = clients.map((one) => seenBy(one).map(({ id }) => id));
    for (const one of clients) one.stop();
    return {
      expected,
      moved: clients.filter(({ connections }) => connections > 1).length,
      lost: ids.filter((seen) => new Set(seen).size < expected).length,
      doubled: ids.filter((seen) => seen.length > new Set(seen).size).length,
      gaps: clients.filter((one) => one.all('gap').length).length,
    };
  }

  async close(): Promise<void> {
    await this.pair.close();
    await this.shop.close();
  }
}
