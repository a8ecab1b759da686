import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/** In /proc/PID/stat behind the name: the state, and how many threads there are (proc(5)). */
const [STATE, THREADS] = [0, 17];

/** Whether a process is running. A zombie is not, unless threads of it are still ending: its ports and files are open until then. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[STATE] !== 'Z' || Number(fields[THREADS]) > 1;
  } catch {
    return process.platform !== 'linux';
  }
}

/** Resolves once a process has ended, also if it is not a child; it polls, because there is no event. */
export async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await wait(10);
}
