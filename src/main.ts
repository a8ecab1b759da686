import { createLogger } from '#libs/observe';
import { settleMemory, isWorker, runProcess, startWorkers } from '#libs/process';
import { loadConfig } from './config/config.ts';
import { collectFromWorkers } from './operations/cluster-metrics.ts';
import { shareLogLevels } from './operations/logs/cluster-log-levels.ts';
import { ClusterReloads } from './operations/reload/cluster-reloads.ts';
import { onReloadTrigger } from './operations/reload/reload-triggers.ts';
import { relayRehearsals } from './operations/rehearsal/cluster-rehearsals.ts';

await runProcess('gateway', async () => {
  const config = loadConfig(process.env);
  const logger = createLogger('gateway', config.LOG_LEVEL);
  if (config.WORKERS > 1 && !isWorker) {
    collectFromWorkers();
    shareLogLevels(logger);
    relayRehearsals();
    const reloads = new ClusterReloads(config);
    const workers = await startWorkers(config.WORKERS, logger);
    onReloadTrigger(
      () => reloads.files,
      (cause) => void reloads.run(cause),
    );
    return workers;
  }
  // The primary process of workers does not load the gateway.
  await import('reflect-metadata');
  const { startGateway } = await import('./gateway.ts');
  const gateway = await startGateway(config, logger);
  if (!isWorker)
    onReloadTrigger(
      () => gateway.settingFiles,
      (cause) => gateway.reload(cause),
    );
  settleMemory();
  // Settling has blocked the loop, on purpose.
  gateway.watchLoop();
  return gateway;
});
