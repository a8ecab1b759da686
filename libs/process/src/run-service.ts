import { type Running, runProcess } from './run-process.ts';
import { EXIT_USAGE } from './settings.ts';

/**
 * Runs a process that takes no arguments, as `runProcess` does. `--help` prints what it is; any other argument is refused, with
 * exit code 64.
 */
export async function runService(name: string, start: () => Promise<Running>): Promise<void> {
  const help = `Starts ${name} with the settings of its environment, which .env.example lists. It takes no arguments.\n`;
  const [arg] = process.argv.slice(2);
  if (arg === undefined) return runProcess(name, start);
  if (arg === '--help' || arg === '-h') return void process.stdout.write(help);
  process.stderr.write(`${name} did not start: unknown argument ${arg}\n\n${help}`);
  process.exitCode = EXIT_USAGE;
}
