// An export as it is often written: everything is read, then it is made into one text, then it is sent.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { orders } from '#libs/contracts';
import { InternalTokenSigner } from '#libs/internal-token';
import { credentials, Metadata } from '@grpc/grpc-js';

const client = new orders.OrdersServiceClient(process.env['ORDERS_URL']!, credentials.createInsecure());
const signer = new InternalTokenSigner(process.env['INTERNAL_TOKEN_KEY']!);

async function all(userId: string): Promise<orders.Order[]> {
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${signer.sign({ id: userId, scopes: [] }, 'orders')}`);
  const rows: orders.Order[] = [];
  const batches = client.exportOrders(
    { afterOrderId: '' },
    metadata,
  ) as AsyncIterable<orders.ExportOrdersResponse>;
  for await (const batch of batches) rows.push(...batch.orders);
  return rows;
}

const server = createServer((request, response) => {
  void all(String(request.headers['x-user'])).then((rows) => {
    response.setHeader('content-type', 'application/x-ndjson');
    const lines = rows.map((row) => JSON.stringify(row));
    response.end(`${lines.join('\n')}\n{"end":true}\n`);
  });
});
server.listen({ port: 0, host: '127.0.0.1' }, () => {
  process.send!({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
process.on('disconnect', () => process.exit(0));
