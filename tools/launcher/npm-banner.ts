import { fstatSync, ftruncateSync, readFileSync, writeSync } from 'node:fs';

/** What npm writes to standard output before it runs a script: its name, and its command. */
const BANNER = /\n> \S+@\S+ \S+\n> [^\n]+\n\n$/;

/**
 * Writes a line to a file descriptor. Where it is a file, what npm has just written at its end is taken out: a shell that reads
 * the file would run it. On systems that cannot read what is open for writing it stays, and standard error says so.
 */
export function writeWithoutBanner(output: number, line: string): void {
  const written = process.env.npm_lifecycle_event && fstatSync(output).isFile() ? textOf(output) : undefined;
  const found = written === undefined ? null : BANNER.exec(written);
  if (!found) return void writeSync(output, line);
  const kept = written!.slice(0, found.index);
  const end = Buffer.byteLength(kept);
  ftruncateSync(output, end);
  // At the end that it has now: the place where it would go on is behind it.
  writeSync(output, `${kept && !kept.endsWith('\n') ? '\n' : ''}${line}`, end);
}

function textOf(output: number): string | undefined {
  try {
    // Its name there opens it once more, for reading.
    return readFileSync(`/proc/self/fd/${output}`, 'utf8');
  } catch {
    process.stderr.write('npm may have written lines above this one: take them out, or run it with --silent.\n');
    return undefined;
  }
}
