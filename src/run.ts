import { closeLog, logConsole, type Logger, openLog } from '#libs/observe';
import { isConfined } from '#libs/confinement';
import { isWorker, type Running, runProcess, startWorkers } from '#libs/process';
import { loadConfig } from './config/config.ts';
import { listenAddresses } from './config/listen-addresses.ts';
import { logDestinations } from './config/log-destinations.ts';
import { collectFromWorkers } from './operations/cluster-metrics.ts';
import { shareLogLevels } from './operations/logs/cluster-log-levels.ts';
import { ClusterReloads } from './operations/reload/cluster-reloads.ts';
import { ReloadTriggers } from './operations/reload/reload-triggers.ts';
import { relayRehearsals } from './operations/rehearsal/cluster-rehearsals.ts';

/** Runs the gateway, or the first process of its workers. */
export function run(environment: NodeJS.ProcessEnv): Promise<void> {
  const triggers = isWorker ? undefined : new ReloadTriggers();
  return runProcess('gateway', async (stopping) => {
    const config = loadConfig(environment);
    const logger = await openLog('gateway', config.LOG_LEVEL, logDestinations(config));
    logConsole(logger);
    if (config.WORKERS > 1 && !isWorker) {
      collectFromWorkers();
      shareLogLevels(logger);
      relayRehearsals();
      const reloads = new ClusterReloads(config);
      const workers = await startWorkers(config.WORKERS, logger, {
        memoryBytes: config.WORKER_MEMORY_BYTES,
        drainMs: config.DRAIN_MS,
        addresses: listenAddresses(config),
        stopping,
      });
      triggers?.start(
        () => reloads.files,
        (cause) => void reloads.run(cause),
      );
      return closingLog(workers, logger);
    }
    // Only the first process starts workers.
    if (isWorker && isConfined() && config.SCAN_URL?.kind !== 'program') process.permission.drop('child');
    // The primary process of workers does not load the gateway.
    await import('reflect-metadata');
    const { startGateway } = await import('./gateway.ts');
    const gateway = await startGateway(config, logger);
    triggers?.start(
      () => gateway.settingFiles,
      (cause) => gateway.reload(cause),
    );
    void gateway.settle();
    if (!isWorker)
      process.on('SIGUSR2', () => logger.warn('SIGUSR2 has no effect: it replaces workers, and WORKERS is 1'));
    return closingLog(gateway, logger);
  });
}

/** Sends the last lines at the end. */
function closingLog(running: Running, logger: Logger): Running {
  return {
    ...running,
    stop: async () => {
      await running.stop();
      await closeLog(logger);
    },
  };
}
