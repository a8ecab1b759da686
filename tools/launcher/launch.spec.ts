import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { gone, isAlive, outputOf } from '#libs/testing';
import { launcherPorts } from '#test/support/launcher-ports';

describe('the launcher', () => {
  let launcher: ChildProcess | undefined;
  afterEach(() => void launcher?.kill('SIGKILL'));

  const start = async (environment: Record<string, string> = {}, shell: string[] = []) => {
    const ports = await launcherPorts();
    const command = [...shell, process.execPath, '-C', 'atrium', 'tools/launcher/launch.fixture.ts'];
    const child = spawn(command[0]!, command.slice(1), {
      env: { PATH: process.env['PATH'], ...ports, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    launcher = child;
    const output = outputOf(child);
    const pidOf = (name: string) => Number(RegExp(`${name} +pid (\\d+)`).exec(output.text())?.[1]);
    const ended = once(child, 'close').then(([exitCode]) => ({
      exitCode: exitCode as number,
      output: output.text(),
    }));
    return { child, ports, waitFor: output.waitFor, pidOf, ended };
  };

  it('prints one block when all are ready, and stops all, the gateway first, on SIGTERM', async () => {
    const { child, ports, waitFor, pidOf, ended } = await start();
    await waitFor('Ctrl-C stops all processes');
    const pids = ['gateway', 'users', 'orders', 'products', 'reviews', 'assistant', 'identity'].map(pidOf);
    expect(pids.every((pid) => pid > 0)).toBe(true);
    child.kill('SIGTERM');
    const { exitCode, output } = await ended;
    expect(exitCode).toBe(0);
    expect(output.match(/Atrium is ready/g)).toHaveLength(1);
    expect(output).toContain(`http://127.0.0.1:${ports['PORT']}/graphql`);
    const stops = [...output.matchAll(/"process":"(\w+)".*"stopping"/g)].map(([, name]) => name);
    expect(stops[0]).toBe('gateway');
    expect(new Set(stops)).toEqual(
      new Set(['gateway', 'users', 'orders', 'products', 'reviews', 'assistant', 'identity']),
    );
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('reports a service that ends, with the command that restarts it, and continues', async () => {
    const { child, ports, waitFor, pidOf, ended } = await start();
    await waitFor('Ctrl-C stops all processes');
    const pid = pidOf('orders');
    process.kill(pid, 'SIGKILL');
    const port = ports['ORDERS_PORT'];
    await waitFor(`orders (pid ${pid}) was killed by SIGKILL. PORT=${port} npm run start:orders restarts it.`);
    child.kill('SIGINT');
    expect((await ended).exitCode).toBe(0);
  });

  it('stops all processes and exits with 1 when the gateway ends', async () => {
    const { waitFor, pidOf, ended } = await start();
    await waitFor('Ctrl-C stops all processes');
    const services = ['users', 'orders', 'products', 'reviews', 'assistant', 'identity'].map(pidOf);
    process.kill(pidOf('gateway'), 'SIGKILL');
    const { exitCode, output } = await ended;
    expect(exitCode).toBe(1);
    expect(output).toContain('gateway was killed by SIGKILL.');
    expect(services.filter(isAlive)).toEqual([]);
  });

  it('exits with 78 and all invalid settings if a service has invalid settings', async () => {
    const wrong = { WRONG_SETTINGS: 'orders', ORDER_STEP_MS: '0', TOKEN_MS: 'slow' };
    const { exitCode, output } = await (await start(wrong)).ended;
    expect(exitCode).toBe(78);
    expect(output).toMatch(
      /These settings are wrong:\n {2}ORDER_STEP_MS: .* \(orders\)\n {2}TOKEN_MS: .* \(assistant\)\n$/,
    );
    expect(output).toContain('PORT: must be prime');
    expect(output).toContain('orders did not start: it ended: its settings are invalid (exit code 78).');
    expect(output).not.toContain('Atrium is ready');
  });

  it('starts no process if its own settings are invalid, and reports all invalid settings', async () => {
    const { exitCode, output } = await (await start({ USERS_PORT: 'x', ORDER_STEP_MS: '0' })).ended;
    expect(exitCode).toBe(78);
    expect(output).toBe(
      'These settings are wrong:\n' +
        '  USERS_PORT: must be a port number (the launcher)\n' +
        '  ORDER_STEP_MS: must be at least 1 (orders)\n',
    );
  });

  it('reports a port in use with its setting, before it starts a process', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const port = String(Object(other.address()).port);
    const { exitCode, output } = await (await start({ ORDERS_PORT: port })).ended;
    other.close();
    expect(exitCode).toBe(1);
    expect(output).toBe(
      `Port ${port} is in use. Set ORDERS_PORT to another port, or stop the process that uses it.\n`,
    );
  });

  it('leaves no running process when it is killed', async () => {
    const { child, waitFor, pidOf } = await start();
    await waitFor('Ctrl-C stops all processes');
    const pids = ['gateway', 'users', 'orders', 'products', 'reviews', 'assistant', 'identity'].map(pidOf);
    child.kill('SIGKILL');
    await Promise.all(pids.map(gone));
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('ends when the npm that runs it is killed', async () => {
    const { child, waitFor, pidOf } = await start({ npm_lifecycle_event: 'start' }, [
      'sh',
      '-c',
      '"$0" "$@" & wait',
    ]);
    await waitFor('Ctrl-C stops all processes');
    const pids = ['gateway', 'users', 'orders', 'products', 'reviews', 'assistant', 'identity'].map(pidOf);
    child.kill('SIGKILL');
    await Promise.all(pids.map(gone));
    expect(pids.filter(isAlive)).toEqual([]);
  });
});
