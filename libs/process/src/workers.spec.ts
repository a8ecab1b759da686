import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { WorkerLoad } from '#libs/process';
import { eventually, outputOf } from '#libs/testing';

const FIXTURE = fileURLToPath(new URL('./workers.fixture.ts', import.meta.url));

interface Line {
  message: string;
  pid?: number;
  worker?: number;
  port?: number;
}

describe('the workers of a process', () => {
  let child: ChildProcess | undefined;
  afterEach(() => void child?.kill('SIGKILL'));

  function startThat(areThey: string, settings: Record<string, string> = {}) {
    const started = spawn(process.execPath, ['-C', 'atrium', FIXTURE], {
      env: { PATH: process.env.PATH, WORKERS_ARE: areThey, ...settings },
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    });
    const output = outputOf(started);
    child = started;
    const lines: Line[] = [];
    started.on('message', (line: Line) => void lines.push(line));
    const logged = async (message: string, times = 1) => {
      while (lines.filter((line) => line.message === message).length < times) await once(started, 'message');
    };
    const forked = () => lines.filter(({ message }) => message === 'forked').map(({ pid }) => pid!);
    const port = () => lines.find((line) => line.port)!.port!;
    return { started, logged, forked, port, output, exit: once(started, 'exit') };
  }

  async function start() {
    const running = startThat('healthy');
    await running.logged('workers started');
    return running;
  }

  it('are not started where they cannot listen, and the reason is reported once', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { forked, output, exit } = startThat('healthy', { PORT: `${port}` });
    await output.waitFor('\n');
    other.close();
    expect(await exit).toEqual([1, null]);
    expect(forked()).toEqual([]);
    expect(output.text()).toBe(
      `fixture did not start: Port ${port} is in use. Set PORT to another port, or stop the process that uses it.\n`,
    );
  });

  it('end all together if one does not start, which is reported without a stack', async () => {
    const { forked, output, exit } = startThat('crash');
    await output.waitFor('\n');
    expect(await exit).toEqual([1, null]);
    expect(output.text()).toMatch(/^fixture did not start: worker \d+ ended before it was ready\n$/);
    expect(forked().filter(isRunning)).toEqual([]);
  });

  it('end with it at once while all of them are starting', async () => {
    const { started, logged, forked, exit } = startThat('hang');
    await logged('hangs', 2);
    const since = performance.now();
    started.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
    expect(performance.now() - since).toBeLessThan(5_000);
    expect(forked().filter(isRunning)).toEqual([]);
  });

  it('have their time to stop also if one of them is still starting for the first time', async () => {
    const { started, logged, forked, exit } = startThat('slow,hang');
    await logged('worker started');
    await logged('hangs');
    started.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
    expect(forked().filter(isRunning)).toEqual([]);
  });

  it('end with it, also if one of them is still starting', async () => {
    const { started, logged, forked, exit } = await start();
    started.send('hang');
    started.kill('SIGUSR2');
    await logged('forked', 3);
    started.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
    expect(forked().filter(isRunning)).toEqual([]);
  });

  it('end with it, also if one of them hangs', async () => {
    const { started, logged, forked, port, exit } = await start();
    await logged('listening', 2);
    await fetch(`http://127.0.0.1:${port()}/block`);
    started.kill('SIGTERM');
    expect(await exit).toEqual([1, null]);
    // Whoever is the parent then has to collect it.
    await eventually(() => !forked().some(isRunning), { everyMs: 50 });
  });

  it('are kept if their replacements do not start', async () => {
    const { started, logged, forked } = await start();
    const first = forked();
    started.send('crash');
    started.kill('SIGUSR2');
    await logged('the workers are not replaced: a new one does not start');
    expect(forked().filter(isRunning)).toEqual(first);
  });

  it('keep their number if one ends while another is replaced', async () => {
    const { started, logged, forked } = await start();
    const [, second] = forked();
    started.send('hang');
    started.kill('SIGUSR2');
    await logged('forked', 3);
    const [, , hanging] = forked();
    started.send('healthy');
    process.kill(second!, 'SIGKILL');
    await logged('worker started', 3);
    process.kill(hanging!, 'SIGKILL');
    await logged('the workers are not replaced: a new one does not start');
    expect(forked().filter(isRunning)).toHaveLength(2);
  });

  it('know the loads of all, and are replaced where they use too much memory', async () => {
    const { logged, forked, port } = await start();
    await logged('listening', 2);
    const send = async (path = '/') =>
      (await fetch(`http://127.0.0.1:${port()}${path}`, { headers: { connection: 'close' } })).text();
    const [first, other] = forked();
    const leaking = Number(await send('/leak'));
    let loads: WorkerLoad[] = [];
    while (loads.length < 2) loads = JSON.parse(await send('/loads')) as WorkerLoad[];
    expect(loads.map(({ pid }) => pid).sort()).toEqual(forked().sort());
    expect(
      loads.every(({ residentBytes, startedAt }) => residentBytes > 10_000_000 && startedAt < Date.now()),
    ).toBe(true);

    await logged('a worker uses too much memory: replacing it');
    await logged('worker started', 3);
    // What is passed on to one that ends is lost here; a gateway drains.
    while (isRunning(leaking)) await send().catch(() => {});
    const successor = forked()[2]!;
    expect([first, other].filter((pid) => isRunning(pid!))).toEqual([leaking === first ? other : first]);
    expect(isRunning(successor)).toBe(true);
  });

  it('answer every connection that waits when all of them stop', async () => {
    const { started, logged, port, exit } = startThat('drain');
    await logged('workers started');
    await logged('listening', 2);
    // The first process accepts for all: the kernel has these.
    started.kill('SIGSTOP');
    const answers = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const socket = connect(port(), '127.0.0.1');
        await once(socket, 'connect');
        socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
        return { whole: text(socket).catch(String) };
      }),
    );
    started.kill('SIGTERM');
    started.kill('SIGCONT');
    for (const { whole } of answers) expect(await whole).toMatch(/^HTTP\/1\.1 200 OK/);
    expect(await exit).toEqual([0, null]);
  });

  it('answer every connection, also one passed to a worker that was killed before accepting it', async () => {
    const { logged, forked, port } = await start();
    await logged('listening', 2);
    const [stopped, other] = forked();
    process.kill(stopped!, 'SIGSTOP');
    const send = async () =>
      (await fetch(`http://127.0.0.1:${port()}`, { headers: { connection: 'close' } })).text();
    // Round robin: one of these is passed to the stopped worker.
    const pending = [send(), send()];
    await Promise.race(pending);
    await send();
    process.kill(stopped!, 'SIGKILL');
    const answers = await Promise.all(pending);
    expect(answers).toContain(`${other}`);
    expect(answers).not.toContain(`${stopped}`);
  });
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
