import type { Failure } from '../result.ts';

/** An event as it came, of whatever stream. */
export interface ReceivedEvent {
  id?: string;
  event: string;
  data: unknown;
  /** The delay before the next poll, in milliseconds. */
  retry?: number;
}

/** Reasons after which the client connects again, by itself. */
const RECONNECTS = ['expired', 'operator'];

/** Whether an event ends its connection, and what then. */
export function endOf({ event, data }: ReceivedEvent): 'reconnect' | 'over' | undefined {
  if (event === 'overflow' || event === 'shutdown') return 'reconnect';
  if (event === 'complete') return 'over';
  if (event !== 'end') return undefined;
  return RECONNECTS.includes((data as { reason: string }).reason) ? 'reconnect' : 'over';
}

/** Whether a stream that could not be opened may be opened later. */
export const isTransient = ({ code, status }: Failure): boolean =>
  code === 'NETWORK' || code === 'TIMEOUT' || status === 429 || status === 408 || status >= 500;
