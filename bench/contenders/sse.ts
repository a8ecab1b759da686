// What server-sent events cost at least: bare node:http, one set of clients, a heartbeat every 15 s for all at once.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const HEARTBEAT_MS = 15_000;
const clients = new Set<ServerResponse>();
const server = createServer((request, response) => {
  if (request.method === 'POST') {
    for (const client of clients) client.write('event: broadcast\ndata: {"message":"hello"}\n\n');
    return void response.end(JSON.stringify({ received: clients.size }));
  }
  if (request.url !== '/v1/events/system') return void response.end('{}');
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write('retry: 2000\n\n');
  clients.add(response);
  response.once('close', () => clients.delete(response));
});
setInterval(() => {
  for (const client of clients) client.write(':\n\n');
}, HEARTBEAT_MS);
server.listen({ port: 0, host: '127.0.0.1', backlog: 511 }, () => {
  process.send!({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
process.on('disconnect', () => process.exit(0));
