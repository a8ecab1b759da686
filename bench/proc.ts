import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts CPU time in hundredths of a second. */
const MICROS_PER_TICK = 10_000;

/** User and system time of a process so far, in microseconds (proc(5), `/proc/[pid]/stat`). */
export function cpuMicrosOf(pid: number): number {
  const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(afterName[11]) + Number(afterName[12])) * MICROS_PER_TICK;
}

/** The same to the nanosecond, of the threads that it has now (`/proc/[pid]/task/[tid]/schedstat`). */
export function preciseCpuMicrosOf(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const nanos = threads.map((id) => readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'utf8').split(' ')[0]);
  return nanos.reduce((sum, one) => sum + Number(one), 0) / 1_000;
}

/** The memory of a process that is in RAM now, in MB. */
export const residentMegabytes = (pid: number): number => megabytes(pid, 'VmRSS');

/** The most of it that was ever in RAM, in MB. */
export const peakMegabytes = (pid: number): number => megabytes(pid, 'VmHWM');

function megabytes(pid: number, name: string): number {
  const line = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line![1]) / 1024;
}
