import { cpus, release } from 'node:os';
import type { Contender } from './contenders.ts';
import { median, type Outcome, type Rounds } from './goals.ts';
import type { Figures } from './measure.ts';
import type { Section } from './section.ts';

/** All that a run has found out. */
export interface Results {
  date: string;
  command: string;
  machine: { cpu: string; cores: number; node: string; kernel: string };
  contenders: ({ key: string; name: string } & Figures)[];
  servers: { name: string; readyMs: number; idleMb: number; peakMb: number }[];
  goals: Outcome[];
  sections: Section[];
}

export function machine(): Results['machine'] {
  const [first] = cpus();
  return { cpu: first!.model, cores: cpus().length, node: process.version, kernel: release() };
}

/** The medians of every contender's rounds, and how many requests failed in all of them. */
export function mediansOf(contenders: readonly Contender[], rounds: Rounds): Results['contenders'] {
  return contenders.flatMap(({ key, name }) => {
    const its = rounds.get(key);
    if (!its?.length) return [];
    const of = (figure: keyof Figures) => median(its.map((one) => one[figure]));
    return [
      {
        key,
        name,
        cpuMicros: of('cpuMicros'),
        requestsPerSecond: of('requestsPerSecond'),
        p50Ms: of('p50Ms'),
        p99Ms: of('p99Ms'),
        bytes: of('bytes'),
        failed: its.reduce((sum, { failed }) => sum + failed, 0),
      },
    ];
  });
}

const BAR = 30;

/** The run as Markdown: tables that people read. */
export function markdownOf({ date, command, machine: on, contenders, servers, goals, sections }: Results): string {
  const max = Math.max(1, ...contenders.map(({ cpuMicros }) => cpuMicros));
  const bar = (micros: number) => '█'.repeat(Math.max(1, Math.round((micros / max) * BAR)));
  return `# ${date}

\`${command}\` on ${on.cores} × ${on.cpu}, Linux ${on.kernel}, Node ${on.node}.
32 connections, closed loop; medians of the rounds. CPU is user and system time of the process for a request.

${table(
  ['', 'CPU µs', '', 'requests/s', 'p50 ms', 'p99 ms', 'bytes', 'not 200'],
  contenders.map((one) => [
    one.name,
    one.cpuMicros.toFixed(0),
    bar(one.cpuMicros),
    one.requestsPerSecond.toFixed(0),
    one.p50Ms.toFixed(1),
    one.p99Ms.toFixed(1),
    one.bytes.toFixed(0),
    String(one.failed),
  ]),
)}

${table(
  ['CPU of', 'ratio', 'goal', ''],
  goals.map(({ what, ratio, max: goal, isMet }) => [
    what,
    `${ratio.toFixed(2)} ×`,
    `≤ ${goal} ×`,
    isMet ? 'met' : 'missed',
  ]),
)}

${table(
  ['process', 'ready ms', 'idle MB', 'peak MB'],
  servers.map(({ name, readyMs, idleMb, peakMb }) => [
    name,
    readyMs.toFixed(0),
    idleMb.toFixed(0),
    peakMb.toFixed(0),
  ]),
)}
${sections.map(({ title, head, rows }) => `\n${title}:\n\n${table(head, rows)}\n`).join('')}`;
}

/** A table whose columns line up in plain text, too. */
export function table(head: string[], rows: string[][]): string {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((row) => row[column]!.length)));
  const line = (row: string[]) => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
