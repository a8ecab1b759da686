import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

/** Listens, and blocks its thread until the first number of the shared memory changes. */
const flag = new Int32Array(workerData as SharedArrayBuffer);
let accepted = 0;
const server = createServer((socket) => {
  accepted += 1;
  socket.end();
  server.close();
  parentPort!.postMessage(accepted);
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
parentPort!.postMessage((server.address() as AddressInfo).port);
Atomics.wait(flag, 0, 0, 5_000);
