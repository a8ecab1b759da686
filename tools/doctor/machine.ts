import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { type Finding, ok, problem, reasonOf, warning } from './finding.ts';
import type { Given } from './given.ts';

const LEAST_NODE = 24;
const PINNED = 'node_modules/.bin/node';
/** The share of its descriptors that a process has for clients: services, Redis and files need the others. */
const FOR_CLIENTS = 0.75;
/** So few connections of clients do not suffice for a page with streams. */
const FEW = 1_000;
/** A worker with its caches, in bytes. */
const WORKER_BYTES = 300_000_000;

/** The version of Node, and whether the pinned one runs. */
export function checkNode(): Finding[] {
  const found = nodeFinding(process.versions.node);
  return existsSync(PINNED) ? [found, pinnedNode()] : [found];
}

/** Whether a Node is new enough. @param version such as `26.12.1` */
export function nodeFinding(version: string): Finding {
  if (Number.parseInt(version) >= LEAST_NODE) return ok('Node', `version ${version}`);
  const advice = `Install Node ${LEAST_NODE} or later: npm ci brings one.`;
  return problem('Node', `version ${version} is too old`, advice);
}

function pinnedNode(): Finding {
  try {
    const version = execFileSync(PINNED, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    return ok('pinned Node', `${version.trim()} runs on this machine`);
  } catch (error) {
    const why = String((error as { stderr?: string }).stderr ?? reasonOf(error)).trim();
    const advice = /libatomic/.test(why)
      ? 'Install libatomic: apt-get install -y libatomic1, or dnf install -y libatomic.'
      : 'Install it again: npm ci.';
    return warning('pinned Node', `it cannot run: ${why}`, advice);
  }
}

/** Whether a process may open as many descriptors as it may have streams. */
export function checkDescriptors({ config, environment }: Given): Finding[] {
  const limit = descriptorLimit();
  if (limit === undefined || !config) return [];
  const { MAX_STREAMS, MAX_CONNECTIONS } = config;
  const about = 'open files';
  const usable = Math.floor(limit * FOR_CLIENTS);
  if (usable >= MAX_STREAMS)
    return [
      ok(
        about,
        `a process may have ${limit}: enough for ${Math.min(usable, MAX_CONNECTIONS)} connections of clients`,
      ),
    ];
  const needed = Math.ceil(MAX_STREAMS / FOR_CLIENTS);
  const message = `a process may have ${limit}: enough for ${usable} connections of clients, and MAX_STREAMS is ${MAX_STREAMS}`;
  const advice = `Raise the limit (ulimit -n ${needed}, or LimitNOFILE=${needed} in a systemd unit), or set MAX_STREAMS=${usable}.`;
  const isExplicit = Boolean(environment['MAX_STREAMS'] || environment['SETTINGS_FILE']);
  return [usable < FEW || isExplicit ? problem(about, message, advice) : warning(about, message, advice)];
}

/** The hard limit, which Node raises the soft one to at its start; undefined where there is no /proc. */
function descriptorLimit(): number | undefined {
  try {
    const [, hard = ''] = /^Max open files\s+\S+\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return hard === 'unlimited' ? Infinity : Number(hard);
  } catch {
    return undefined;
  }
}

/** The memory of the machine, or the limit of a container or a unit, in bytes. Without one, Node says 0 or 2 to the 64. */
const memoryOf = (): number => Math.min(totalmem(), process.constrainedMemory() || Infinity);

/** Whether the workers fit the machine. */
export function checkWorkers({ config }: Given): Finding[] {
  if (!config) return [];
  const { WORKERS } = config;
  const cores = availableParallelism();
  const memory = memoryOf();
  const findings: Finding[] = [];
  if (WORKERS > cores)
    findings.push(
      warning(
        'WORKERS',
        `${WORKERS} processes share ${cores} cores, which makes all of them late`,
        'Set WORKERS=auto.',
      ),
    );
  if (WORKERS * WORKER_BYTES > memory)
    findings.push(
      warning(
        'WORKERS',
        `${WORKERS === 1 ? 'a process needs' : `${WORKERS} processes need`} some ${Math.round((WORKERS * WORKER_BYTES) / 1e6)} MB, and ${Math.round(memory / 1e6)} are there`,
        'Set fewer WORKERS, or give the machine, the container or the unit more memory.',
      ),
    );
  return findings.length ? findings : [ok('WORKERS', `${WORKERS} of ${cores} cores`)];
}

/** Whether the gateway can run under Node's permission model. */
export function checkConfinement(): Finding[] {
  const isThere = process.allowedNodeEnvironmentFlags.has('--permission');
  const about = 'start:gateway -- --confined';
  return [
    isThere
      ? ok(
          about,
          "this Node has the permission model: the gateway can be kept to its files (and in systemd's sandbox)",
        )
      : warning(about, 'this Node has no permission model', `Use Node ${LEAST_NODE} or later.`),
  ];
}
