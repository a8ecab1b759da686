import { globSync, readFileSync, readlinkSync } from 'node:fs';
import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { assertPortFree, ListenError, PortInUseError } from '#libs/process';
import { planProcesses } from '#tools/launcher/plan';
import { type Finding, ok, problem } from './finding.ts';
import type { Given } from './given.ts';

const TIMEOUT_MS = 2_000;
const LISTENING = '0A';

/** Whether the ports of all processes are free, or the gateway itself listens there. */
export async function checkPorts({ environment, config }: Given): Promise<Finding[]> {
  if (!config) return [];
  const { gateway, services, adminPort, adminHost } = planProcesses(environment);
  const admin = { name: 'the admin port', portSetting: 'ADMIN_PORT', port: adminPort, host: adminHost };
  return Promise.all(
    [gateway, admin, ...services].map(async ({ name, portSetting, port, host }) => {
      const about = `${portSetting} ${port}`;
      try {
        await assertPortFree(host, port, portSetting, portSetting === 'ADMIN_PORT' ? 'ADMIN_HOST' : 'HOST');
        return ok(about, 'is free');
      } catch (error) {
        if (error instanceof ListenError && !(error instanceof PortInUseError)) {
          const [message = '', ...advice] = error.message.split(/(?<=\.) (?=Set )/);
          return problem(about, `cannot be listened on: ${message}`, advice.join(' '));
        }
        if (await answersAsAtrium(host, port)) return ok(about, `${name} already runs there`);
        const owner = ownerOf(port);
        const who = owner ? `by ${owner}` : 'by another program';
        return problem(
          about,
          `is used ${who}, so ${name} cannot start`,
          `End that program, or set another ${portSetting}.`,
        );
      }
    }),
  );
}

/** Whether a gateway or one of its services answers there: all of them have a probe that says nothing else. */
async function answersAsAtrium(host: string, port: number): Promise<boolean> {
  const statuses = await Promise.all(
    [requestPlain, requestTls].map(
      (send) =>
        new Promise<boolean>((resolve) => {
          const sent = send(
            { host, port, path: '/livez', timeout: TIMEOUT_MS, rejectUnauthorized: false },
            (answer) => {
              answer.resume();
              resolve(answer.statusCode === 200);
            },
          );
          sent.on('error', () => resolve(false));
          sent.on('timeout', () => sent.destroy());
          sent.end();
        }),
    ),
  );
  return statuses.some(Boolean);
}

/** The program that listens at a port, with its process id; undefined if that cannot be seen. Linux only. */
function ownerOf(port: number): string | undefined {
  try {
    const inodes = new Set(
      ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) =>
        readFileSync(table, 'utf8')
          .split('\n')
          .slice(1)
          .map((line) => line.trim().split(/\s+/))
          .filter(
            ([, local = '', , state]) => state === LISTENING && Number.parseInt(local.split(':')[1]!, 16) === port,
          )
          .map((fields) => `socket:[${fields[9]}]`),
      ),
    );
    for (const file of globSync('/proc/[0-9]*/fd/*')) {
      if (!inodes.has(linkOf(file))) continue;
      const pid = file.split('/')[2]!;
      return `${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()} (pid ${pid})`;
    }
  } catch {
    // Not Linux, or the process has ended.
  }
  return undefined;
}

function linkOf(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}
