import { styleText } from 'node:util';
import type { OnLine } from './child.ts';
import { readableLine } from './log-line.ts';

/** Forwards the lines of the processes: formatted at a terminal, unchanged (JSON lines) elsewhere. */
export const passOn: OnLine = (name, line, stream) => {
  const text = process[stream].isTTY ? readableLine(name, line, styleText) : line;
  process[stream].write(`${text}\n`);
};

/** Messages of the launcher, on standard error, so that standard output has JSON lines only. */
export function print(message: string): void {
  process.stderr.write(`${styleText('bold', message, { stream: process.stderr })}\n`);
}
