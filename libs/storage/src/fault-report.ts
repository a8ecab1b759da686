import { type StorageFault, storageFault } from './storage-fault.ts';

/** The delay before a client tries again, in milliseconds: a database that restarts takes longer than a busy one. */
const RETRY_MS: Record<StorageFault, number | undefined> = {
  busy: 1_000,
  unreachable: 2_000,
  conflict: 0,
  timeout: undefined,
};

const MESSAGE: Record<StorageFault, string> = {
  busy: 'All database connections are in use',
  unreachable: 'The database cannot be reached',
  conflict: 'Other transactions were in the way',
  timeout: 'The database took too long',
};

/** What a client is told of a query that failed and may succeed later. */
export interface FaultReport {
  fault: StorageFault;
  message: string;
  retryMs?: number;
}

/** The report of an error; undefined if it is none of the database, or comes again. */
export function faultReport(error: unknown): FaultReport | undefined {
  const fault = storageFault(error);
  return fault && { fault, message: MESSAGE[fault], retryMs: RETRY_MS[fault] };
}
