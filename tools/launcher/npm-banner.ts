import { fstatSync, ftruncateSync, readFileSync, writeSync } from 'node:fs';

/** The banner that npm writes to standard output before a script: its name and its command. */
const BANNER = /\n> \S+@\S+ \S+\n> [^\n]+\n\n$/;

/**
 * Writes a line to a file descriptor. If it is a file, npm's banner at its end is removed: a shell that reads the file
 * would run it. On systems that cannot read a file that is open for writing it remains, with a warning on standard
 * error.
 */
export function writeWithoutBanner(output: number, line: string): void {
  const written = process.env.npm_lifecycle_event && fstatSync(output).isFile() ? textOf(output) : undefined;
  const found = written === undefined ? null : BANNER.exec(written);
  if (!found) return void writeSync(output, line);
  const kept = written!.slice(0, found.index);
  const end = Buffer.byteLength(kept);
  ftruncateSync(output, end);
  // At the current end: the old write position is behind it.
  writeSync(output, `${kept && !kept.endsWith('\n') ? '\n' : ''}${line}`, end);
}

function textOf(output: number): string | undefined {
  try {
    // This name opens the file again, for reading.
    return readFileSync(`/proc/self/fd/${output}`, 'utf8');
  } catch {
    process.stderr.write('npm may have written lines above this one: remove them, or use --silent.\n');
    return undefined;
  }
}
