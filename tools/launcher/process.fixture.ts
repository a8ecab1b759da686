import { once } from 'node:events';
import { createServer } from 'node:net';
import { runProcess, SettingsError } from '#libs/process';

const name = process.argv[2] ?? '';

// A process for the specs: it listens, logs its name and its stop, and fails on request.
await runProcess(name, async () => {
  if (process.env.WRONG_SETTINGS === name)
    throw new SettingsError('These settings are wrong:\n  PORT: must be prime');
  const server = createServer().listen(Number(process.env.PORT), '127.0.0.1');
  await once(server, 'listening');
  const log = (msg: string) =>
    console.log(JSON.stringify({ level: 'info', process: name, pid: process.pid, msg }));
  log('listening');
  return {
    stop: async () => {
      log('stopping');
      server.close();
      await once(server, 'close');
    },
    fatal: () => {},
  };
});
