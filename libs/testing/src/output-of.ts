import type { ChildProcess } from 'node:child_process';

/** What a process has written so far, to standard output and standard error. */
export interface Output {
  text(): string;
  /**
   * Resolves once the process has written `text`.
   * @throws with all it wrote, if it ends before
   */
  waitFor(text: string): Promise<void>;
}

/** Listens to a process that was started with pipes. */
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
    waitFor: (text) =>
      new Promise((resolve, reject) => {
        const check = () => {
          if (written.includes(text)) resolve();
          else if (isClosed) reject(new Error(`The process ended and never wrote "${text}":\n${written}`));
        };
        waiting.add(check);
        check();
      }),
  };
}
