import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { freePort, outputOf } from '#libs/testing';
import { Access } from '#test/support/access';
import { withLabels } from '#tools/image/build-image';
import { buildah as runBuildah, buildahOutput } from '#tools/image/buildah';
import { provenance } from '#tools/image/provenance';
import { describeWith } from '#test/support/neighbours/describe-with';
import { buildah, debootstrap } from '#test/support/neighbours/programs';
import { tryFeatureSet } from '#test/support/feature-set';
import { Container, type ImageConfig } from './run-image.ts';
import { Upstreams } from './upstreams.ts';

/** On a busy machine packages are installed for minutes, twice. */
jest.setTimeout(1_500_000);

const TARGETS = process.env['NEIGHBOURS_ALL'] ? ['gateway', 'gateway-distroless'] : ['gateway'];

/** The most that its packages may have, in bytes: 0.6 of the 113.8 MB before bundles held them. */
const MAX_PACKAGES_BYTES = 68_000_000;

describeWith([buildah, debootstrap], 'the image', () => {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-image-'));
  const access = new Access();
  const upstreams = new Upstreams();

  beforeAll(() => upstreams.start());
  afterAll(async () => {
    await upstreams.stop();
    rmSync(folder, { recursive: true });
  });

  it('has the labels of its own commit, where all else is in the cache of an earlier build', async () => {
    const file = join(folder, 'Dockerfile');
    const args = 'ARG REVISION=unknown\nLABEL revision="${REVISION}"\n';
    for (const REVISION of ['first', 'second']) {
      writeFileSync(file, withLabels(`FROM scratch\n${args}COPY Dockerfile.empty /\n`, { REVISION }));
      writeFileSync(`${file}.empty`, '');
      const tag = 'localhost/atrium-test/labels';
      await runBuildah(
        'build',
        '--layers',
        '--build-arg',
        `REVISION=${REVISION}`,
        '--file',
        file,
        '--tag',
        tag,
        folder,
      );
      const { Docker } = JSON.parse(buildahOutput('inspect', '--type', 'image', tag)!) as {
        Docker: { config: ImageConfig };
      };
      expect(Docker.config.Labels).toMatchObject({ revision: REVISION });
    }
  });

  it.each(TARGETS)(
    '%s is built without an engine, runs read-only as another user than root, and drains',
    async (target) => {
      const tag = `localhost/atrium-test/${target}`;
      const sbom = join(folder, `${target}.json`);
      const build = spawn('npm', ['run', 'image', '--', '--target', target, '--tag', tag, '--sbom', sbom], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const built = outputOf(build);
      const buildCode = await new Promise<number | null>((resolve) => build.once('close', resolve));
      if (buildCode !== 0) throw new Error(built.text());

      const { components, ...bill } = JSON.parse(readFileSync(sbom, 'utf8')) as {
        components: { name: string }[];
      };
      expect(bill).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.5' });
      const names = components.map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining(['fastify', '@nestjs/core', 'graphql']));
      // What builds and tests it is not in it.
      expect(names.filter((name) => /^(jest|typescript|oxlint|esbuild|fast-check)$/.test(name))).toEqual([]);

      const container = new Container(tag);
      try {
        expect(container.config).toMatchObject({
          StopSignal: 'SIGTERM',
          Cmd: ['node', 'dist/bundles/gateway.js', '--confined'],
          Healthcheck: { Test: ['CMD', 'node', 'docker-health.mjs'] },
          User: expect.stringMatching(/^(node|1000:1000)$/),
          Labels: labelsOf(target),
        });
        const at = (path: string) => join(container.root, 'atrium', path);
        expect(readFileSync(at('THIRD_PARTY_LICENSES.txt'), 'utf8')).toMatch(/^fastify \d+\.\d+\.\d+ \(MIT\)$/m);
        const sizes = globSync('node_modules/**', { cwd: at('.'), withFileTypes: true }).filter((entry) =>
          entry.isFile(),
        );
        expect(
          await bytesOf(
            container.root,
            sizes.map((entry) => join(entry.parentPath, entry.name)),
          ),
        ).toBeLessThan(MAX_PACKAGES_BYTES);
        expect(existsSync(join(container.root, 'bin/sh'))).toBe(target !== 'gateway-distroless');

        const everything = await container.run(['node', '--input-type=module', '--eval', IMPORT_ALL]);
        expect(everything).toEqual({ exitCode: 0, text: expect.stringMatching(/^\d+ parts$/m) });

        await Promise.all(SERVICES.map((service) => expectHealthy(container, service, upstreams.settings)));

        const written = await container.run(['node', '--eval', WRITE]);
        expect(written).toEqual({ exitCode: 0, text: '1000 EROFS\n' });

        const ports = { PORT: `${await freePort()}`, ADMIN_PORT: `${await freePort()}` };
        const settings = {
          ...upstreams.settings,
          ...ports,
          HOST: '127.0.0.1',
          JWT_PRIVATE_KEY: access.privateKey,
          JOBS_FILE: ':memory:',
          RATE_LIMIT: 'off',
        };
        const { child, output } = container.start(settings, undefined, ['/atrium/.data/files']);
        const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
        try {
          await output.waitFor('"msg":"listening"');
          const [, ...health] = container.config.Healthcheck.Test;
          expect(await container.run(health, ports)).toEqual({ exitCode: 0, text: '' });
          const url = `http://127.0.0.1:${ports.PORT}`;
          expect(await tryFeatureSet(url, `http://127.0.0.1:${ports.ADMIN_PORT}`, access)).toMatchObject({
            home: { status: 200, degraded: [] },
            avatar: [96, 320, 640],
            exported: ['COMPLETED', expect.stringContaining('id')],
          });
          const slow = fetch(`${url}/v1/home`, { headers: access.of('u1') });
          child.kill('SIGTERM');
          expect((await slow).status).toBe(200);
          expect(await exited).toBe(0);
        } finally {
          child.kill('SIGKILL');
        }
        expect(await container.run(health(container), ports)).toMatchObject({ exitCode: 1 });
      } finally {
        container.close();
      }
    },
  );
});

/** What an image has to say of its sources, which are those of this folder. */
function labelsOf(target: string): Record<string, string> {
  const { VERSION, REVISION, CREATED, SOURCE = 'unknown' } = provenance();
  const name = (of: string) => `org.opencontainers.image.${of}`;
  return {
    [name('title')]: 'Atrium',
    [name('licenses')]: 'MIT',
    [name('version')]: VERSION!,
    [name('revision')]: expect.stringMatching(new RegExp(`^${REVISION!.slice(0, 40)}(-changed)?$`)) as never,
    [name('created')]: CREATED!,
    [name('source')]: SOURCE,
    // Of an image that begins from scratch there is none.
    ...(target === 'gateway' && { [name('base.name')]: expect.stringMatching(/.+:.+/) as never }),
  };
}

const health = ({ config }: Container) => config.Healthcheck.Test.slice(1);

/** The services by what the Dockerfile says of their images, which have the files of the gateway's. */
const SERVICES = [
  ...readFileSync('Dockerfile', 'utf8').matchAll(
    /^FROM service AS (\w+)$.*?^ *CMD (\[.*?\])$.*?^CMD (\[.*?\])$/gms,
  ),
].map(([, name, health, command]) => ({
  name: name!,
  health: JSON.parse(health!) as string[],
  command: JSON.parse(command!) as string[],
}));

/** Runs a service until its image would be healthy. */
async function expectHealthy(
  container: Container,
  { name, health, command }: (typeof SERVICES)[number],
  settings: NodeJS.ProcessEnv,
): Promise<void> {
  const port = `${await freePort()}`;
  // The image of the gateway has an ADMIN_PORT, which its health check asks.
  const ports = { PORT: port, ADMIN_PORT: port };
  const { child, output } = container.start({ ...settings, ...ports, DATA_DIR: '/tmp' }, command);
  const ended = once(child, 'exit');
  try {
    await output.waitFor('"msg":"listening"');
    expect([name, await container.run(health, ports)]).toEqual([name, { exitCode: 0, text: '' }]);
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

/** Who it is, and what comes of a file beside the program. */
const WRITE = `
let code = 'none';
try { require('node:fs').writeFileSync('/atrium/dist/new', ''); } catch (error) { code = error.code; }
console.log(process.getuid(), code);`;

/** Loads each part that a setting or a request may load, and no entry, which would start a process. */
const IMPORT_ALL = `
import { globSync } from 'node:fs';
const ENTRIES = /^(gateway|users|orders|products|reviews|assistant|identity|health-check)\\.js$/;
const parts = globSync('*.js', { cwd: 'dist/bundles' }).filter((name) => !ENTRIES.test(name));
for (const name of parts) await import(process.cwd() + '/dist/bundles/' + name);
for (const name of ['@node-rs/argon2', 'piscina', 'sharp', 'undici', 'pino']) await import(process.cwd() + '/node_modules/' + name + '/package.json', { with: { type: 'json' } }), await import(name).catch((error) => { throw new Error(name + ': ' + error.message) });
console.log(parts.length + ' parts');
process.exit();`;

async function bytesOf(_root: string, files: readonly string[]): Promise<number> {
  const { statSync } = await import('node:fs');
  return files.reduce((sum, file) => sum + statSync(file).size, 0);
}
