import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DEMO_ACCOUNTS } from '#libs/demo-data';
import { freePort, type Output, outputOf } from '#libs/testing';

const FROM_SOURCE = ['-C', 'atrium', '--import', './tools/swc-register.mjs', 'src/main.ts'];

let users: Server;
let gateway: ChildProcess;
let output: Output;
let url: string;

/** A users service that answers when it is told to. */
let answer: () => void;
let pending: Promise<void>;

beforeEach(async () => {
  const waiting: ServerResponse[] = [];
  const who = { id: 'u1', name: 'Ada', email: 'ada@example.com', avatarUrl: null, role: 'customer' };
  const user = { ...who, createdAt: '2026-01-01T00:00:00.000Z' };
  answer = () => {
    for (const response of waiting) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ user }));
    }
  };
  pending = new Promise((resolve) => {
    users = createServer((_request, response) => {
      waiting.push(response);
      resolve();
    }).listen(0, '127.0.0.1');
  });
  await once(users, 'listening');
  const [PORT, ADMIN_PORT] = [`${await freePort()}`, `${await freePort()}`];
  url = `http://127.0.0.1:${PORT}`;
  gateway = spawn(process.execPath, FROM_SOURCE, {
    env: {
      PORT,
      ADMIN_PORT,
      USERS_URL: `http://127.0.0.1:${(users.address() as AddressInfo).port}`,
      REQUEST_TIMEOUT_MS: '20000',
      DRAIN_MS: '0',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  output = outputOf(gateway);
  await output.waitFor('"msg":"listening"');
});

afterEach(async () => {
  if (gateway.exitCode === null && gateway.signalCode === null) {
    gateway.kill('SIGKILL');
    await once(gateway, 'exit');
  }
  users.closeAllConnections();
  users.close();
});

const login = () =>
  fetch(`${url}/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: DEMO_ACCOUNTS[0]!.email, password: DEMO_ACCOUNTS[0]!.password }),
  });

describe('a gateway asked to stop', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'lets a request in flight end, takes no new one, and exits 0: %s',
    async (signal) => {
      const inFlight = login();
      await pending;
      const exit = once(gateway, 'exit');
      gateway.kill(signal);
      await refused();
      answer();
      expect((await inFlight).status).toBe(200);
      expect(await exit).toEqual([0, null]);
    },
  );

  it('ends with 0 while clients wait for 100 Continue, or were told to continue and send no body', async () => {
    const head = (path: string) =>
      `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 50\r\nExpect: 100-continue\r\n`;
    const waiting = connect(Number(new URL(url).port), '127.0.0.1');
    const unfinished = connect(Number(new URL(url).port), '127.0.0.1');
    const closed = Promise.all(
      [waiting, unfinished].map((socket) =>
        once(
          socket.on('error', () => {}),
          'close',
        ),
      ),
    );
    waiting.write(`${head('/v1/auth/login')}\r\n`);
    expect(String((await once(waiting, 'data'))[0])).toMatch(/^HTTP\/1\.1 100 Continue/);
    unfinished.write(head('/v1/auth/login'));
    const exit = once(gateway, 'exit');
    const startedAt = performance.now();
    gateway.kill('SIGTERM');
    waiting.resume();
    unfinished.resume();
    expect(await exit).toEqual([0, null]);
    await closed;
    // Less than the timeout for the body, 30 seconds.
    expect(performance.now() - startedAt).toBeLessThan(25_000);
  }, 60_000);
});

it('a gateway without workers says that SIGUSR2 has no effect, and goes on', async () => {
  gateway.kill('SIGUSR2');
  await output.waitFor('SIGUSR2 has no effect');
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
});

/** Resolves once nobody listens any more. */
async function refused(): Promise<void> {
  for (;;) {
    try {
      await fetch(`${url}/livez`, { headers: { connection: 'close' } });
    } catch {
      return;
    }
  }
}
