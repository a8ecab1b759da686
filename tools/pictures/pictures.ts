import { architecture } from './architecture.ts';
import { breaker } from './breaker.ts';
import { executors } from './executors.ts';
import { hitRatio } from './hit-ratio.ts';
import { terminal } from './terminal.ts';
import { waterfall } from './waterfall.ts';

/** Pictures of what the repository holds. A spec draws them again. */
export const STILL: Record<string, () => string> = { architecture, executors };

/** Pictures of a run of the gateway and its services, each a process. */
export const LIVE: Record<string, () => Promise<string>> = {
  'home-waterfall': waterfall,
  breaker,
  'hit-ratio': hitRatio,
  'kill-a-service': terminal,
};
