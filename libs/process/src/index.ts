export { settleMemory } from './settle-memory.ts';
export { assertPortFree, freePort, listening, PortInUseError } from './port-in-use.ts';
export { type Running, runProcess } from './run-process.ts';
export {
  bytes,
  count,
  EXIT_CONFIG,
  givenSettings,
  milliseconds,
  port,
  readSettings,
  SettingsError,
} from './settings.ts';
export { isWorker, startWorkers } from './workers.ts';
