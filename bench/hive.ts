import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort } from '#libs/process';
import { type Server, startCommand } from './servers.ts';

const FOLDER = 'bench/peers';

/** The document that asks Hive Gateway for the same home page, in the words of the schema it composes. */
export const HIVE_DOCUMENT = readFileSync(`${FOLDER}/home.graphql`, 'utf8');

/**
 * Starts Hive Gateway with its JIT, over a supergraph of the same contracts. Installs it where it is not there yet.
 * @throws where it cannot be installed, or its supergraph cannot be composed
 */
export async function startHive(upstreams: NodeJS.ProcessEnv): Promise<Server> {
  if (!existsSync(`${FOLDER}/node_modules`)) {
    process.stderr.write('installing Hive Gateway in bench/peers: about 800 packages …\n');
    ran('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {});
  }
  const SUPERGRAPH = join(mkdtempSync(join(tmpdir(), 'supergraph-')), 'supergraph.graphql');
  const CONTRACTS = resolve('libs/contracts');
  ran('node_modules/.bin/mesh-compose', ['-c', 'mesh.config.ts', '-o', SUPERGRAPH], { ...upstreams, CONTRACTS });
  const port = await freePort();
  const env = { NODE_ENV: 'production', SUPERGRAPH, PORT: String(port) };
  const command = ['node_modules/.bin/hive-gateway', 'supergraph', '-c', 'gateway.config.ts', '--fork', '1'];
  return startCommand(command as [string, ...string[]], `http://127.0.0.1:${port}`, { cwd: FOLDER, env });
}

function ran(command: string, args: string[], env: NodeJS.ProcessEnv): void {
  const { status, stderr } = spawnSync(command, args, {
    cwd: FOLDER,
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${command} failed in ${FOLDER}: ${stderr}`);
}
