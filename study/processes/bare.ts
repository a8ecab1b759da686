import { createServer } from 'node:http';

/** A server without any signal handler. `/slow` is answered after 2 s. */
const server = createServer((_request, response) => {
  process.send!({ log: 'a request' });
  setTimeout(() => response.end('in time'), 2_000);
});
server.listen(Number(process.env['SHOP_PORT']), '127.0.0.1', () => process.send!({ ready: 'bare' }));
process.on('disconnect', () => process.exit());
