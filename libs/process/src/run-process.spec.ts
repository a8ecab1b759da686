import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { outputOf } from '#libs/testing';

const FIXTURE = fileURLToPath(new URL('./run-process.fixture.ts', import.meta.url));

describe('a process', () => {
  let child: ChildProcess | undefined;
  afterEach(() => void child?.kill('SIGKILL'));

  const start = (environment: Record<string, string> = {}) => {
    const started = spawn(process.execPath, ['-C', 'atrium', FIXTURE], {
      env: { PATH: process.env.PATH, ...environment },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    child = started;
    const output = outputOf(started);
    const received = <T>(key: string) =>
      new Promise<T>((resolve) => {
        started.on('message', (message) => key in Object(message) && resolve(Object(message)[key] as T));
      });
    const ended = once(started, 'close').then(([exitCode]) => ({
      exitCode: exitCode as number,
      output: output.text(),
    }));
    return { started, received, ended };
  };

  it('reports all invalid settings at once, without their values, and exits with 78', async () => {
    const { exitCode, output } = await start({ PORT: '99999', TIMEOUT_MS: 'soon', SECRET: 'tooshort' }).ended;
    expect(exitCode).toBe(78);
    expect(output).toBe(
      [
        'fixture did not start: These settings are wrong:',
        '  PORT: must be at most 65535',
        '  TIMEOUT_MS: must be a whole number of milliseconds',
        '  SECRET: must be at least 32 characters\n',
      ].join('\n'),
    );
  });

  it('has streams that hold 16 KiB for slow readers', async () => {
    expect(await start().received<number>('heldBytes')).toBe(16_384);
  });

  it('warns at its start of a variable that is likely a misspelt setting', async () => {
    const { started, received, ended } = start({ TIMEUOT_MS: '50', HOME: '/root' });
    await received('ready');
    started.kill('SIGTERM');
    expect(await ended).toEqual({ exitCode: 0, output: 'warning: TIMEUOT_MS is ignored: there is TIMEOUT_MS\n' });
  });

  it('reports the setting of a port that is in use, and exits with 1', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { exitCode, output } = await start({ PORT: String(port) }).ended;
    other.close();
    expect(exitCode).toBe(1);
    expect(output).toBe(
      `fixture did not start: Port ${port} is in use. Set PORT to another port, or stop the process that uses it.\n`,
    );
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('completes work in flight on %s, and exits with 0', async (signal) => {
    const { started, received, ended } = start();
    const [address] = await Promise.all([received<AddressInfo>('address'), received('ready')]);
    const requested = received('requested');
    const answer = fetch(`http://127.0.0.1:${address.port}/`, { headers: { connection: 'close' } });
    await requested;
    const stopping = received('stopping');
    started.kill(signal);
    await stopping;
    started.send('answer');
    expect(await (await answer).text()).toBe('answered');
    expect(await ended).toEqual({ exitCode: 0, output: '' });
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'ends at once on %s while it starts: it serves nobody',
    async (signal) => {
      const { started, received, ended } = start({ START: 'hang' });
      await received('hanging');
      started.kill(signal);
      expect(await ended).toEqual({ exitCode: 0, output: '' });
    },
  );

  it('says that it cuts off what takes too long at a stop, and exits with 1', async () => {
    const { started, received, ended } = start({ STOP_MS: '200' });
    const [address] = await Promise.all([received<AddressInfo>('address'), received('ready')]);
    const requested = received('requested');
    const answer = fetch(`http://127.0.0.1:${address.port}/`).catch(() => 'cut off');
    await requested;
    started.kill('SIGTERM');
    const output = 'warning: the stop took too long: what is still under way is cut off\n';
    expect(await ended).toEqual({ exitCode: 1, output });
    expect(await answer).toBe('cut off');
  });

  it.each([
    ['SIGINT', (child: ChildProcess) => child.kill('SIGINT')],
    ['the message shutdown', (child: ChildProcess) => child.send('shutdown')],
  ])('says ready to PM2, and drains on %s, by which PM2 stops it', async (_, end) => {
    const { started, received, ended } = start({ pm_id: '0' });
    const ready = new Promise<void>((resolve) => {
      started.on('message', (message) => message === 'ready' && resolve());
    });
    const draining = received('draining');
    await ready;
    end(started);
    await draining;
    expect((await ended).exitCode).toBe(0);
  });

  it('ends when its parent has ended', async () => {
    const { started, received } = start();
    await received('ready');
    // Node emits no 'close' for a child that its parent disconnected from.
    const exit = once(started, 'exit');
    started.disconnect();
    expect(await exit).toEqual([0, null]);
  });

  it.each([
    ['throw', 'uncaught exception: thrown\n'],
    ['reject', 'unhandled rejection: rejected\n'],
  ])('logs uncaught errors (%s), drains and exits with 1', async (how, line) => {
    const { started, received, ended } = start();
    await received('ready');
    const stopping = received('stopping');
    started.send(how);
    await stopping;
    expect(await ended).toEqual({ exitCode: 1, output: line });
  });
});
