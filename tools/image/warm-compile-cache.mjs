// Starts the gateway of this folder once and ends it: the code that V8 compiled for what a start loads is then in
// NODE_COMPILE_CACHE. An import alone would leave out the entry, and what is imported dynamically.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

const gateway = spawn(process.execPath, ['dist/bundles/gateway.js'], {
  env: {
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
    PORT: '0',
    ADMIN_PORT: '0',
    HOST: '127.0.0.1',
    LOG_LEVEL: 'warn',
    JOBS_FILE: ':memory:',
    STORAGE_URL: 'file:/tmp/warm-compile-cache',
  },
  stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
});
gateway.on('message', ({ ready }) => ready && gateway.kill('SIGINT'));
const [exitCode] = await once(gateway, 'exit');
process.exitCode = exitCode ?? 1;
