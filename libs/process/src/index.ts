export { FairTurns } from './fair-turns.ts';
export { KeyedQueue } from './keyed-queue.ts';
export { type LoopBlock, watchEventLoop } from './event-loop-watch.ts';
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
  type SettingProblem,
  SettingsError,
} from './settings.ts';
export { watchFiles } from './watch-files.ts';
export { isWorker, startWorkers } from './workers.ts';
