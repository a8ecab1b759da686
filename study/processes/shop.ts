import { createServer, type ServerResponse } from 'node:http';
import { Server as NetServer } from 'node:net';
import { isWorker, runProcess, startWorkers } from '#libs/process';

const log = {
  info: (_line: object, message: string) => process.send?.({ log: message }),
  warn: (_line: object, message: string) => process.send?.({ log: message }),
  fatal: (_line: object, message: string) => process.send?.({ log: message }),
};

/** A shop of two workers, run as the gateway is. `/slow` answers when the process is asked to stop, or after 10 s. */
await runProcess('shop', async () => {
  if (!isWorker) return startWorkers(2, log);
  const slow = new Set<ServerResponse>();
  const finish = () => slow.forEach((response) => response.end('in time'));
  process.once('SIGTERM', () => setTimeout(finish, 200));
  let isStopping = false;
  const server = createServer((request, response) => {
    if (isStopping) response.setHeader('connection', 'close');
    if (request.url === '/slow') return void slow.add(response.on('close', () => slow.delete(response)));
    response.end(String(process.pid));
  });
  const port = Number(process.env['SHOP_PORT']);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    drain: async () => void (isStopping = true),
    // http.Server.close() also closes idle connections, among them new ones whose request is on its way.
    stop: () => new Promise((resolve) => void NetServer.prototype.close.call(server, () => resolve())),
    fatal: () => {},
  };
});
