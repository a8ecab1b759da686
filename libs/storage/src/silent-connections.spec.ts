import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type Migration, openStorage, storageFault } from '#libs/storage';
import { describeStorages, eventually } from '#libs/testing';
import { expect, it } from '@jest/globals';
import type { Kysely } from 'kysely';

const migrations: Record<string, Migration> = {
  '001-book': {
    up: (db) =>
      db.schema
        .createTable('book')
        .addColumn('id', 'varchar(255)', (column) => column.primaryKey())
        .execute(),
  },
};
const STATEMENT_MS = 500;
const CONNECTIONS = 3;

describeStorages('a server that is lost without notice', (storage) => {
  it('holds the connections no longer than a statement may take, and some more', async () => {
    // It runs in the process.
    if (storage.kind === 'sqlite') return;
    const place = await storage.fresh();
    const target = new URL(place.databaseUrl!);
    const sockets = new Set<Socket>();
    const silent = new Set<Socket>();
    const proxy = createServer((client) => {
      const server = connect(Number(target.port), target.hostname);
      for (const one of [client, server]) sockets.add(one.on('error', () => {}));
      client.on('data', (data) => silent.has(client) || server.write(data));
      server.on('data', (data) => silent.has(client) || client.write(data));
      client.on('close', () => server.destroy());
    });
    await once(proxy.listen(0, '127.0.0.1'), 'listening');
    const through = new URL(target);
    through.port = String((proxy.address() as AddressInfo).port);
    const db: Kysely<{ book: { id: string } }> = await openStorage({
      name: 'library',
      dataDir: place.dataDir,
      databaseUrl: through.href,
      migrations,
      statementTimeoutMs: STATEMENT_MS,
      pool: { max: CONNECTIONS, waitMs: 100, queue: 10 },
    });
    const write = (id: string) => db.insertInto('book').values({ id }).execute();
    try {
      await Promise.all(['a', 'b', 'c'].map(write));
      // What is connected now is another host's from here on, which knows nothing of it; new connections reach the server.
      for (const socket of sockets) silent.add(socket);
      const lost = await Promise.allSettled(['d', 'e', 'f'].map(write));
      const faults = lost.map((one) => one.status === 'rejected' && storageFault(one.reason));
      expect(faults).toEqual(['unreachable', 'unreachable', 'unreachable']);
      await eventually(() => write('g').then(() => true), { withinMs: 5_000 });
    } finally {
      await db.destroy();
      for (const socket of sockets) socket.destroy();
      proxy.close();
    }
  }, 20_000);
});
