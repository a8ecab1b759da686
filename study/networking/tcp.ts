import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { listen } from '#study/support/server';
import { notRun, part, show } from '#study/support/print';

/** Who holds the TIME_WAIT sockets of a server's port, by the kernel's table of sockets. */
function timeWaitsAt(port: number): 'server' | 'client' | 'nobody' {
  const portOf = (address: string) => parseInt(address.split(':')[1]!, 16);
  for (const line of readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1, -1)) {
    const [, local, remote, state] = line.trim().split(/\s+/);
    if (state !== '06') continue;
    if (portOf(local!) === port) return 'server';
    if (portOf(remote!) === port) return 'client';
  }
  return 'nobody';
}

/** TCP: who is left in TIME_WAIT, and who shakes hands. */
export async function tcp(): Promise<void> {
  part('TCP: TIME_WAIT is at the side that closes first');
  if (!existsSync('/proc/net/tcp')) return notRun('there is no /proc/net/tcp');
  for (const first of ['client', 'server'] as const) {
    const server = createServer((socket: Socket) => {
      socket.resume();
      if (first === 'server') socket.end();
    });
    const { port, close } = await listen(server);
    const client = connect(port, '127.0.0.1').resume();
    await once(client, 'connect');
    if (first === 'client') client.end();
    await once(client, 'close');
    assert.equal(timeWaitsAt(port), first);
    show(`the ${first} closes first: TIME_WAIT is at the ${timeWaitsAt(port)}`);
    await close();
    // It listens again at once, since Node sets SO_REUSEADDR.
    const again = createServer().listen(port, '127.0.0.1');
    await once(again, 'listening');
    again.close();
  }
  show('and the port can be listened on again at once');

  part('TCP: the kernel shakes hands, the program only accepts');
  const memory = new SharedArrayBuffer(4);
  const worker = new Worker(new URL('blocked.worker.ts', import.meta.url), { workerData: memory });
  const [port] = (await once(worker, 'message')) as [number];
  const client = connect(port, '127.0.0.1');
  await once(client, 'connect');
  show("connected while the server's thread is blocked");
  const accepted = once(worker, 'message');
  Atomics.store(new Int32Array(memory), 0, 1);
  Atomics.notify(new Int32Array(memory), 0);
  await accepted;
  show('accepted once it goes on');
  client.destroy();
  await worker.terminate();
}
