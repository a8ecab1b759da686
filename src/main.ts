import 'reflect-metadata';
import { createLogger } from '#libs/observe';
import { runProcess } from '#libs/process';
import { loadConfig } from './config/config.ts';
import { startGateway } from './gateway.ts';

await runProcess('gateway', async () => {
  const config = loadConfig(process.env);
  return startGateway(config, createLogger('gateway', config.LOG_LEVEL));
});
