import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

/** The options of `npm run test:neighbours`. */
export interface Options {
  /** Folders of test/neighbours; all by default. */
  groups: readonly string[];
  isFull: boolean;
  /** Whether missing programs are installed first. */
  mayInstall: boolean;
  /** Whether to make the long run with the servers' keepalive defaults instead of the tests. */
  isStockKeepalive: boolean;
  /** How many files run at once; those that run alone do so all the same. */
  workers: number;
  /** Whether failed files run once more. */
  retries: boolean;
  /** The text to print instead of a run. */
  help?: string;
}

const MAX_WORKERS = 16;
/** One more than there are cores: a test mostly waits for the programs that it started. */
const DEFAULT_WORKERS = Math.min(availableParallelism() + 1, MAX_WORKERS);

/**
 * Parses the arguments.
 * @param groups the existing ones
 * @throws {Error} for an unknown group or flag, with the existing ones, and for a number of workers out of range
 */
export function readOptions(args: readonly string[], groups: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      all: { type: 'boolean', default: false },
      install: { type: 'boolean', default: false },
      'stock-keepalive': { type: 'boolean', default: false },
      workers: { type: 'string', default: `${DEFAULT_WORKERS}` },
      retry: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const unknown = positionals.filter((name) => !groups.includes(name));
  if (unknown.length) throw new Error(`No group "${unknown.join('", "')}". Groups: ${groups.join(', ')}`);
  return {
    groups: positionals.length ? positionals : groups,
    isFull: values.all,
    mayInstall: values.install,
    isStockKeepalive: values['stock-keepalive'],
    workers: workersOf(values.workers),
    retries: values.retry,
    help: values.help ? help(groups) : undefined,
  };
}

function workersOf(value: string): number {
  if (!/^\d{1,2}$/.test(value) || Number(value) < 1 || Number(value) > MAX_WORKERS)
    throw new Error(`--workers is a whole number from 1 to ${MAX_WORKERS}, not "${value}"`);
  return Number(value);
}

const help = (groups: readonly string[]): string => `npm run test:neighbours -- [group …] [flags]

Runs the tests against third-party servers, proxies and clients.

Groups: ${groups.join(', ')} (default: all)

--all              the full set: more calls, more makes, goals that need a quiet machine, and files with
                   @full in the comment at their top
--install          installs missing programs first, with apt-get and npm; none of their services is started
--stock-keepalive  in place of the tests: 15 quiet minutes before a server with its keepalive defaults;
                   writes to bench/results
--workers N        files that run at once, from 1 to ${MAX_WORKERS} (default: one more than there are cores, here ${DEFAULT_WORKERS});
                   files that measure run alone, after the others
--retry            runs failed files again, one at a time, at most twice, and lists those that pass only then
--help             this text

A missing program is skipped, with the reason; with CI=true it is a failure.
`;
