import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** A process of the bench, and the first thing it said. */
export interface Child {
  process: ChildProcess;
  report: Record<string, string>;
}

const FROM_SOURCE = ['-C', 'atrium', '--import', './tools/swc-register.mjs'];

/** Starts a file in a process of its own and waits for its first message. It ends when we do. */
export async function startChild(file: string, environment: NodeJS.ProcessEnv = {}): Promise<Child> {
  const execArgv = file.endsWith('.ts') ? FROM_SOURCE : [];
  const child = fork(file, {
    execArgv,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const failed = once(child, 'exit').then(([code]) =>
    Promise.reject(new Error(`${file} ended with exit code ${code}`)),
  );
  const [report] = (await Promise.race([once(child, 'message'), failed])) as [Record<string, string>];
  failed.catch(() => undefined);
  return { process: child, report };
}

/** Ends a child and waits for it. */
export async function stopChild({ process: child }: Child): Promise<void> {
  const ended = once(child, 'exit');
  child.disconnect();
  await ended;
}
