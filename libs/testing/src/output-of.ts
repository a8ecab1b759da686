import type { ChildProcess } from 'node:child_process';

/** The output of a process so far, from standard output and standard error. */
export interface Output {
  text(): string;
  /**
   * Resolves once the process has written `text`, or has written it so many times.
   * @throws {Error} with its output, if it ends before
   */
  waitFor(text: string, times?: number): Promise<void>;
}

/** Collects the output of a process that was started with pipes. */
export function outputOf(child: ChildProcess): Output {
  let written = '';
  let isClosed = false;
  const waiting = new Set<() => void>();
  const notify = () => waiting.forEach((check) => check());
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => {
      written += text;
      notify();
    });
  }
  child.once('close', () => {
    isClosed = true;
    notify();
  });
  return {
    text: () => written,
    waitFor: (text, times = 1) =>
      new Promise((resolve, reject) => {
        const check = () => {
          if (written.split(text).length > times) resolve();
          else if (isClosed) reject(new Error(`The process ended without writing "${text}":\n${written}`));
        };
        waiting.add(check);
        check();
      }),
  };
}
