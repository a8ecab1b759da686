// Loaded into a confined gateway before its program: tries what it should not be able to do, and prints what came of it.
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const { PROBE_FOLDER: folder } = process.env;

async function outcome(attempt: () => unknown): Promise<unknown> {
  try {
    await attempt();
    return 'done';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}

// Before it is confined it prints nothing.
if (process.permission as unknown) {
  const outcomes = {
    read: await outcome(() => readFileSync('/etc/passwd')),
    readInWorkingDirectory: await outcome(() => readFileSync('tsconfig.json')),
    write: await outcome(() => writeFileSync(`${folder}/outside`, '')),
    writeProgram: await outcome(() => writeFileSync('dist/bundles/gateway.js', '')),
    spawn: await outcome(() => spawn('/bin/true')),
  };
  process.stdout.write(`probe ${JSON.stringify(outcomes)}\n`);
  // A test asks again once the program runs.
  process.on('SIGCONT', () => {
    void outcome(() => spawn('/bin/true')).then((code) =>
      process.stdout.write(`process ${process.pid} starts another: ${String(code)}\n`),
    );
  });
}
