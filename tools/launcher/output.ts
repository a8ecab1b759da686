import { styleText } from 'node:util';
import type { OnLine } from './child.ts';
import { readableLine } from './log-line.ts';

/** Passes the lines of the processes on: readable at a terminal, and as they are (JSON lines) elsewhere. */
export const passOn: OnLine = (name, line, stream) => {
  const text = process[stream].isTTY ? readableLine(name, line, styleText) : line;
  process[stream].write(`${text}\n`);
};

/** What the launcher itself has to say. On standard error, so that standard output elsewhere stays JSON lines. */
export function print(message: string): void {
  process.stderr.write(`${styleText('bold', message, { stream: process.stderr })}\n`);
}
