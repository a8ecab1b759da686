import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { outputOf } from '#libs/testing';
import { FrontEndProcess, type FrontEndName } from './front-end-process.ts';
import { FRONT_END, frontEndPackages } from './programs.ts';

/** What is generated into, and must be there. */
const GENERATED = ['src/relay/artifacts', 'src/relay/persisted', 'src/relay-clients/artifacts'];

/** The texts of Relay's operations, by their SHA-256. */
export const PERSISTED = 'src/relay/persisted.json';

/** A copy of the front ends, beside the packages they use: generated code goes there, and with it when it is closed. */
export class Project {
  readonly folder: string;
  private readonly processes: FrontEndProcess[] = [];

  constructor() {
    // Below the packages, where Node looks for them.
    this.folder = mkdtempSync(join(frontEndPackages.path, 'work-'));
    cpSync(FRONT_END, this.folder, { recursive: true });
    cpSync('clients', join(this.folder, 'clients'), { recursive: true });
    for (const folder of GENERATED) mkdirSync(this.at(folder), { recursive: true });
    // The compiler adds to it, and wants it to be there.
    writeFileSync(this.at(PERSISTED), '{}');
  }

  /** Where a file of it is. */
  at(path: string): string {
    return join(this.folder, path);
  }

  /**
   * Checks the types of all front ends, generated ones too.
   * @param settings the file that says which sources
   * @throws {Error} with what is wrong
   */
  async check(compiler: string, settings = 'tsconfig.json'): Promise<void> {
    await this.command(process.execPath, [compiler, '-p', settings]);
  }

  /** Runs a command of a package. @returns what it wrote @throws {Error} with that, where it fails */
  run(name: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
    return this.command(join(frontEndPackages.path, 'node_modules', '.bin', name), args, env);
  }

  private async command(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
    const child = spawn(command, args, {
      cwd: this.folder,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = outputOf(child);
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${output.text()}`);
    return output.text();
  }

  /** Makes all code that is generated, from the schema of a running gateway. */
  async generate(url: string): Promise<void> {
    await this.run('gql.tada', ['generate-schema', `${url}/graphql`, '--output', 'schema.graphql']);
    await Promise.all([
      this.run('gql.tada', ['generate-output']),
      this.run('graphql-codegen', ['--config', 'codegen.ts', '--verbose'], { GATEWAY_URL: url }),
      this.run('relay-compiler', ['relay.config.json']),
      this.run('relay-compiler', ['relay.persisted.config.json']),
    ]);
  }

  /** Starts a front end. It ends with the project. */
  async start(name: FrontEndName): Promise<FrontEndProcess> {
    const started = await FrontEndProcess.start(name, this.folder);
    this.processes.push(started);
    return started;
  }

  async close(): Promise<void> {
    await Promise.all(this.processes.map((one) => one.end()));
    rmSync(this.folder, { recursive: true, force: true });
  }
}
