import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '#libs/testing';
import type { PackedClient } from '#test/neighbours/sdk/packed-client';
import { Program } from '#test/support/neighbours/program';
import { FRONT_ENDS, frameworkPackages } from './programs.ts';

const run = promisify(execFile);

const COMPILER = resolve('node_modules/@typescript/native/bin/tsc');
/** As on a server. Jest's own `NODE_ENV` would make a build of it for tests. */
const ENVIRONMENT = { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', NO_COLOR: '1' };

/** An app of a framework around its examples. Commands are scripts for Node with their arguments, below the packages. */
export interface FrameworkApp {
  /** Its folder in `front-ends`. */
  name: string;
  /** The files that are examples of `docs/guides/use-it-from.md`, with the headings that these are under. */
  examples: Readonly<Record<string, string>>;
  build: readonly string[];
  /** Serves what was built, from a folder and at a port of 127.0.0.1. */
  serve: (folder: string, port: number) => readonly string[];
}

/** The example under a heading, unchanged. */
function exampleOf(heading: string): string {
  const page = readFileSync('docs/guides/use-it-from.md', 'utf8');
  const section = page.split(/^## /m).find((text) => text.startsWith(`${heading}\n`));
  const [, example] = /^```tsx?\n([^]*?)^```/m.exec(section ?? '') ?? [];
  if (example === undefined) throw new Error(`There is no example under "${heading}"`);
  return example;
}

/** A built app, with the client as npm packs it. */
export class FrontEnd {
  private readonly servers: Program[] = [];

  private constructor(
    private readonly app: FrameworkApp,
    private readonly folder: string,
  ) {}

  /** @throws {Error} with what the build writes, if it fails */
  static async build(app: FrameworkApp, client: PackedClient): Promise<FrontEnd> {
    // Below the packages, where Node looks for them.
    const folder = mkdtempSync(join(frameworkPackages.path, 'work-'));
    cpSync(join(FRONT_ENDS, app.name), folder, { recursive: true });
    for (const [file, heading] of Object.entries(app.examples))
      writeFileSync(join(folder, file), exampleOf(heading));
    const ofClient = join(folder, 'node_modules/@atrium/client');
    mkdirSync(ofClient, { recursive: true });
    await run('tar', ['-xzf', client.tarball, '--strip-components=1', '-C', ofClient]);
    const env = { ...process.env, ...ENVIRONMENT };
    await run(process.execPath, pathsOf(app.build), { cwd: folder, env }).catch(
      ({ stdout, stderr, message }: { stdout: string; stderr: string; message: string }) => {
        throw new Error(`${message}\n${stdout}${stderr}`);
      },
    );
    return new FrontEnd(app, folder);
  }

  /** What the compiler finds under strict, by the types of the framework. */
  async typeErrors(): Promise<string> {
    const checked = run(process.execPath, [COMPILER, '-p', '.'], { cwd: this.folder });
    return (await checked.catch((error: { stdout: string }) => error)).stdout;
  }

  /** Serves it. @param gatewayUrl where it finds the gateway @returns its origin */
  async serve(gatewayUrl: string): Promise<string> {
    const port = await freePort();
    const at = { HOST: '127.0.0.1', PORT: `${port}`, ADDRESS_HEADER: 'x-forwarded-for' };
    const env = { ...ENVIRONMENT, ...at, GATEWAY_URL: gatewayUrl };
    const command = pathsOf(this.app.serve(this.folder, port));
    this.servers.push(await Program.start(process.execPath, command, { port }, env));
    return `http://127.0.0.1:${port}`;
  }

  async close(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.end()));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const pathsOf = ([script = '', ...args]: readonly string[]): string[] => [
  resolve(frameworkPackages.path, 'node_modules', script),
  ...args,
];
