import type { SettingProblem } from '#libs/process';

/** Why settings are reloaded: a file has changed, SIGHUP, a request of an operator, or a worker that started meanwhile. */
export type ReloadCause = 'file' | 'signal' | 'request' | 'worker';

/** The outcome of a check in one process. */
export interface ReloadCheck {
  /** Identifies the content of all files. */
  version: string;
  changes: readonly string[];
  /** Empty if the settings can be applied. */
  problems: readonly SettingProblem[];
}

/** The outcome of a reload: what has changed in how many processes, or what is wrong, so that nothing has. */
export interface Reloaded {
  changes: readonly string[];
  problems: readonly SettingProblem[];
  processes: number;
}

/** A message to a worker: a step of a reload, or the outcome of the one that it asked for. */
export interface ReloadToWorker {
  reload?: {
    number: number;
    step: 'check' | 'apply' | 'refuse';
    /** Set for the one worker that reports the outcome. */
    reports?: ReloadCause;
    problems?: readonly SettingProblem[];
  };
  reloaded?: { number: number; outcome: Reloaded };
}

/** A message from a worker: it can reload, with the version it has; the result of a step; or a request for a reload. */
export interface ReloadFromWorker {
  canReload?: string;
  reloadStep?: { number: number; checked?: ReloadCheck };
  wantsReload?: number;
}
