import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setTimeout as passed } from 'node:timers/promises';
import { loadConfig } from '#gateway/config/config';
import { KeySet } from '#gateway/identity/keys/key-set';
import { SigningKey } from '#gateway/identity/keys/signing-key';
import { AccessTokens } from '#gateway/identity/tokens/access-tokens';
import { freePort } from '#libs/process';
import { JwtService } from '@nestjs/jwt';
import { startChild, stopChild } from './child.ts';
import { peakMegabytes, residentMegabytes } from './proc.ts';

/** A server that is measured: a process of its own. */
export interface Server {
  pid: number;
  url: string;
  /** From its start until it took requests, in milliseconds. */
  readyMs: number;
  /** Its memory when it had not been asked anything yet, in MB. */
  idleMb: number;
  stop(): Promise<void>;
}

/** Atrium, with everything on, and what callers need there. */
export interface AtriumServer extends Server {
  adminUrl: string;
  /** The header of a caller, who is logged in. */
  bearer(n: number, scopes?: readonly string[]): Record<string, string>;
  /** The token of a caller, bound to a key. */
  token(n: number, thumbprint: string): string;
}

/** How long a server may rest before its memory is read, in milliseconds: ours prepares its first uses, and then settles. */
const REST_MS = 4_000;
const MAX_START_MS = 60_000;

/** The key of the internal tokens of a gateway that is measured. */
export const INTERNAL_TOKEN_KEY = 'a key that only this bench knows of for a minute';

/** The memory of a server at its most since it started, in MB. */
export const peakOf = ({ pid }: Server): number => peakMegabytes(pid);

/** Compiles the programs in `contenders/`, as the gateway is: what runs should not have to. */
export function buildContenders(): void {
  const swc = createRequire(import.meta.url).resolve('@swc/cli/bin/swc.js');
  const { status } = spawnSync(process.execPath, [swc, 'bench/contenders', '--out-dir', 'dist', '--quiet'], {
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('The contenders cannot be compiled.');
}

/** Starts one of the programs in `contenders/`. */
export async function startProgram(file: string, environment: NodeJS.ProcessEnv): Promise<Server> {
  const startedAt = performance.now();
  const child = await startChild(`dist/bench/contenders/${file.replace('.ts', '.js')}`, {
    NODE_ENV: 'production',
    ...environment,
  });
  const readyMs = performance.now() - startedAt;
  const pid = child.process.pid!;
  return { pid, url: child.report['url']!, readyMs, idleMb: await atRest(pid), stop: () => stopChild(child) };
}

/** Starts something that is not ours, and waits until it answers at `url`. */
export async function startCommand(
  [command, ...args]: [string, ...string[]],
  url: string,
  { cwd, env }: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Server> {
  const startedAt = performance.now();
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: 'ignore' });
  // It does not end with us by itself, however we end.
  process.once('exit', () => child.kill());
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  while (!(await answers(url))) {
    if (child.exitCode !== null || performance.now() - startedAt > MAX_START_MS) {
      child.kill();
      throw new Error(`${command} does not answer at ${url}`);
    }
    await passed(20);
  }
  const readyMs = performance.now() - startedAt;
  const pid = child.pid!;
  return { pid, url, readyMs, idleMb: await atRest(pid), stop: () => stopCommand(child, ended) };
}

/** Starts the gateway as it is built, with everything on. Nobody reaches the limits. */
export async function startAtrium(settings: NodeJS.ProcessEnv): Promise<AtriumServer> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const JWT_PRIVATE_KEY = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  const [PORT, ADMIN_PORT] = [`${await freePort()}`, `${await freePort()}`];
  const startedAt = performance.now();
  const child = await startChild('dist/bundles/gateway.js', {
    NODE_ENV: 'production',
    PORT,
    ADMIN_PORT,
    JWT_PRIVATE_KEY,
    INTERNAL_TOKEN_KEY,
    RATE_LIMIT_CUSTOMER: '9999999/1',
    ...settings,
  });
  const readyMs = performance.now() - startedAt;
  const pid = child.process.pid!;
  const keys = new KeySet(new SigningKey(createPrivateKey(JWT_PRIVATE_KEY)));
  const tokens = new AccessTokens(new JwtService(), keys, loadConfig({}));
  return {
    pid,
    url: `http://127.0.0.1:${PORT}`,
    adminUrl: `http://127.0.0.1:${ADMIN_PORT}`,
    readyMs,
    idleMb: await atRest(pid),
    stop: () => stopChild(child),
    bearer: (n, scopes = ['profile:read', 'orders:read']) => ({
      authorization: `Bearer ${tokens.issue({ userId: `u${n}`, scopes, sessionId: `s${n}`, authTime: 0 })}`,
    }),
    token: (n, thumbprint) =>
      tokens.issue({
        userId: `u${n}`,
        scopes: ['profile:read', 'orders:read'],
        sessionId: `s${n}`,
        authTime: 0,
        thumbprint,
      }),
  };
}

async function atRest(pid: number): Promise<number> {
  await passed(REST_MS);
  return residentMegabytes(pid);
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    (response) => response.arrayBuffer().then(() => true),
    () => false,
  );
}

async function stopCommand(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await ended;
  clearTimeout(timer);
}

/** The document the web shop asks with. */
export const HOME_DOCUMENT = readFileSync('clients/web/home.graphql', 'utf8');
