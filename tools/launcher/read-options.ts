import { parseArgs, type ParseArgsConfig } from 'node:util';

/** BSD's EX_USAGE: the command was used incorrectly. Not from a lib: some tools run before anything is built. */
export const EXIT_USAGE = 64;

/**
 * Parses the arguments of a command. Prints `help` and ends the process for `--help` and `-h` (exit code 0), and with what is
 * wrong for unknown and incomplete arguments (exit code 64).
 */
export function readOptions<Config extends ParseArgsConfig>(help: string, config: Config) {
  // Asked for help beside a mistake, too.
  if (process.argv.slice(2).some((arg) => arg === '--help' || arg === '-h')) {
    process.stdout.write(help);
    process.exit(0);
  }
  try {
    return parseArgs(config);
  } catch (error) {
    // Its second sentence is about names that begin with a hyphen.
    const [message] = (error as Error).message.split('. ');
    return refuseUsage(help, message!.replace(/\.?$/, '.'));
  }
}

/** Prints what is wrong with the arguments of a command, with its help, and ends the process with exit code 64. */
export function refuseUsage(help: string, message: string): never {
  process.stderr.write(`${message}\n\n${help}`);
  process.exit(EXIT_USAGE);
}
