export { acceptWaiting } from './accept-waiting.ts';
export { unknownSettings } from './likely-settings.ts';
export { isSecret, secret, secretsIn } from './secrets.ts';
export { type FilesRead, isExposed, notingFiles, readSecretFile, readSettingsFile } from './settings-files.ts';
export { boundStreamBuffers } from './bound-stream-buffers.ts';
export { FairTurns } from './fair-turns.ts';
export { KeyedQueue } from './keyed-queue.ts';
export { eventLoop, type LoopReader } from './event-loop-monitor.ts';
export { type LoopBlock, watchEventLoop } from './event-loop-watch.ts';
export type { LoopReport } from './loop-window.ts';
export { maxOpenFiles } from './max-open-files.ts';
export { settleMemory } from './settle-memory.ts';
export { assertPortFree, freePort, ListenError, listening, PortInUseError } from './port-in-use.ts';
export { type Running, runProcess, STOP_MS } from './run-process.ts';
export { runService } from './run-service.ts';
export { StartError } from './start-error.ts';
export {
  bytes,
  count,
  EXIT_CONFIG,
  EXIT_USAGE,
  type GivenSetting,
  givenSettings,
  host,
  milliseconds,
  misspeltSettings,
  port,
  readSettings,
  type SettingProblem,
  SettingsError,
} from './settings.ts';
export { isForeignWorker, isWorker, WORKER_REASONS, workerReason } from './parent.ts';
export { watchFiles } from './watch-files.ts';
export { watchSettings } from './watch-settings.ts';
export { startWorkers } from './workers.ts';
export { type WorkerLoad, WorkerLoads } from './worker-loads.ts';
export { answerQueries, type AnswerQuery, queryWorker, type WorkerAnswer } from './worker-streams.ts';
