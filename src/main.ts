import { createLogger } from '#libs/observe';
import { settleMemory, isWorker, runProcess, startWorkers } from '#libs/process';
import { loadConfig } from './config/config.ts';
import { collectFromWorkers } from './operations/cluster-metrics.ts';
import { shareLogLevels } from './operations/logs/cluster-log-levels.ts';

await runProcess('gateway', async () => {
  const config = loadConfig(process.env);
  const logger = createLogger('gateway', config.LOG_LEVEL);
  if (config.WORKERS > 1 && !isWorker) {
    collectFromWorkers();
    shareLogLevels(logger);
    return startWorkers(config.WORKERS, logger);
  }
  // The primary process of workers does not load the gateway.
  await import('reflect-metadata');
  const { startGateway } = await import('./gateway.ts');
  const gateway = await startGateway(config, logger);
  settleMemory();
  return gateway;
});
