import { createServer } from 'node:http';

/** A server without any signal handler. `/slow` is answered after 300 ms. */
const server = createServer((_request, response) => void setTimeout(() => response.end('in time'), 300));
server.listen(Number(process.env['SHOP_PORT']), '127.0.0.1', () => process.send!({ ready: 'bare' }));
process.on('disconnect', () => process.exit());
