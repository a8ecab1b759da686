import { createServer } from 'node:http';
import { getDefaultHighWaterMark } from 'node:stream';
import { z } from 'zod';
import { assertPortFree, milliseconds, port, readSettings, runProcess, STOP_MS } from '#libs/process';

const schema = z.object({
  PORT: port(0),
  TIMEOUT_MS: milliseconds(100),
  SECRET: z.string().min(32, 'must be at least 32 characters').optional(),
});

// A process for the specs: it answers a request or fails when its parent sends a message.
await runProcess('fixture', async () => {
  const settings = readSettings(schema, process.env);
  if (process.env['START'] === 'hang') await hang();
  await assertPortFree('127.0.0.1', settings.PORT, 'PORT');

  let answer: (() => void) | undefined;
  const server = createServer((_, response) => {
    answer = () => response.end('answered');
    process.send?.({ requested: true });
  });
  await new Promise<void>((resolve) => server.listen(settings.PORT, '127.0.0.1', resolve));
  process.send?.({ address: server.address(), heldBytes: getDefaultHighWaterMark(false) });

  process.on('message', (message) => {
    if (message === 'answer') answer?.();
    if (message === 'throw') setImmediate(() => raise('thrown'));
    if (message === 'reject') void Promise.reject(new Error('rejected'));
  });

  return {
    drain: async () => void (process.connected && process.send?.({ draining: true })),
    stop: async () => {
      if (process.connected) process.send?.({ stopping: true });
      await new Promise((resolve) => server.close(resolve));
    },
    stopMs: Number(process.env['STOP_MS'] ?? STOP_MS),
    fatal: (error, message) => console.log(`${message}: ${(error as Error).message}`),
    warn: (message) => console.log(`warning: ${message}`),
  };
});

async function hang(): Promise<never> {
  process.send?.({ hanging: true });
  setInterval(() => {}, 1_000);
  return new Promise(() => {});
}

function raise(message: string): never {
  throw new Error(message);
}
