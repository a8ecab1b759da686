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
  /** The text to print instead of a run. */
  help?: string;
}

/**
 * Parses the arguments.
 * @param groups the existing ones
 * @throws {Error} for an unknown group or flag, with the existing ones
 */
export function readOptions(args: readonly string[], groups: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      all: { type: 'boolean', default: false },
      install: { type: 'boolean', default: false },
      'stock-keepalive': { type: 'boolean', default: false },
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
    help: values.help ? help(groups) : undefined,
  };
}

const help = (groups: readonly string[]): string => `npm run test:neighbours -- [group …] [flags]

Runs the tests against third-party servers, proxies and clients.

Groups: ${groups.join(', ')} (default: all)

--all              the full set: more calls, more makes, and goals that need a quiet machine
--install          installs missing programs first, with apt-get and npm; none of their services is started
--stock-keepalive  in place of the tests: 15 quiet minutes before a server with its keepalive defaults;
                   writes to bench/results
--help             this text

A missing program is skipped, with the reason; with CI=true it is a failure.
`;
