import { styleText } from 'node:util';
import { examine } from './doctor/checks.ts';
import type { Finding, Level } from './doctor/finding.ts';
import { readOptions } from './launcher/read-options.ts';

const HELP = `Checks this machine for the gateway: what is wrong, what it means, and what to do.

  npm run doctor
  set -a; . ./.env; set +a; npm run doctor    with the settings of a file

Looks at the settings, Node, ports, limits of the system, folders, disks, secrets, certificates, databases, Redis, upstreams,
issuers and the clock. It changes no data, and connects to the servers that settings name.

  --json   prints an array of {level, about, message, advice}
  --help   prints this

Exit code 0 if there is no problem (warnings are none), 1 if there is one.
`;

const { values } = readOptions(HELP, { options: { json: { type: 'boolean' } } });

const MARKS: Record<Level, string> = { ok: 'ok     ', warning: 'warning', problem: 'PROBLEM' };
const COLOURS = { ok: 'green', warning: 'yellow', problem: 'red' } as const;

const findings = await examine(process.env);
process.stdout.write(values.json ? `${JSON.stringify(findings, undefined, 2)}\n` : textOf(findings));
process.exitCode = findings.some(({ level }) => level === 'problem') ? 1 : 0;

function textOf(findings: readonly Finding[]): string {
  const lines = findings.map(({ level, about, message, advice }) => {
    const mark = styleText(COLOURS[level], MARKS[level], { stream: process.stdout });
    return `${mark}  ${about}: ${message}${advice ? `\n           ${advice}` : ''}`;
  });
  const count = (level: Level) => findings.filter((one) => one.level === level).length;
  const summary = `${count('ok')} ok, ${count('warning')} warnings, ${count('problem')} problems`;
  return `${lines.join('\n')}\n\n${summary}\n`;
}
