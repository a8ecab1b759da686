import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildah, buildahOutput } from './buildah.ts';
import { provenance } from './provenance.ts';

/** What to build. */
export interface ImageOptions {
  /** The stage of the Dockerfile. */
  target: string;
  tag: string;
  base: string;
  sbom?: string | undefined;
  archive?: string | undefined;
}

/** Where steps of the build find the certificates of this machine. */
const CERTIFICATES = '/run/certificates.pem';
/** Docker 25 has this option of health checks, and older builders refuse it. */
const START_INTERVAL = / --start-interval=\S+/g;

/**
 * Builds an image with buildah.
 * @returns how long that took, and the size of the image in bytes
 */
export async function buildImage({ target, tag, base, sbom, archive }: ImageOptions) {
  const startedAt = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'atrium-image-'));
  try {
    const file = join(folder, 'Dockerfile');
    const args = { BASE_IMAGE: base, ...provenance() };
    const text = readFileSync('Dockerfile', 'utf8');
    writeFileSync(file, withLabels(dockerfileFor(text, knowsStartInterval(folder)), args));
    await buildah(
      'build',
      '--file',
      file,
      '--target',
      target,
      '--tag',
      tag,
      // The format of OCI has no health checks.
      '--format',
      'docker',
      '--pull-never',
      // As an engine does: packages are installed again only after a change of theirs, and for all targets at once.
      '--layers',
      ...Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
      ...npmOfThisMachine(folder),
      '.',
    );
    if (archive) await buildah('push', tag, `docker-archive:${archive}:${tag}:latest`);
    const bytes = look(tag, (root) => {
      if (sbom) copyFileSync(join(root, 'atrium/sbom.cdx.json'), sbom);
      return bytesIn(root);
    });
    return { seconds: (performance.now() - startedAt) / 1_000, bytes };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The Dockerfile for builders that know the interval of health checks during the start, and for those that do not. */
export const dockerfileFor = (text: string, withStartInterval: boolean): string =>
  withStartInterval ? text : text.replace(START_INTERVAL, '');

/**
 * The Dockerfile with the values of build arguments where labels name them. Buildah 1.28 finds a layer by the text of a LABEL:
 * an image of an earlier commit would be taken for this one, with its labels.
 */
export const withLabels = (text: string, args: Readonly<Record<string, string>>): string =>
  text.replace(/"\$\{(\w+)\}"/g, (written, name: string) =>
    args[name] === undefined ? written : JSON.stringify(args[name]).replaceAll('$', '\\$'),
  );

/** Whether buildah knows that interval: it is tried. @param folder for the file of the trial */
export function knowsStartInterval(folder: string): boolean {
  const file = join(folder, 'Dockerfile.probe');
  writeFileSync(file, 'FROM scratch\nHEALTHCHECK --start-interval=1s CMD ["probe"]\n');
  const built = buildahOutput('build', '--format', 'docker', '--quiet', '--file', file, folder);
  if (built) buildahOutput('rmi', built);
  return built !== undefined;
}

/** The settings of npm and the certificates of this machine, for the steps of the build alone. */
function npmOfThisMachine(folder: string): string[] {
  const settings = join(homedir(), '.npmrc');
  const lines = existsSync(settings) ? [readFileSync(settings, 'utf8')] : [];
  const certificates = process.env['NODE_EXTRA_CA_CERTS'];
  const volumes: string[] = [];
  if (certificates) {
    lines.push(`cafile=${CERTIFICATES}`);
    volumes.push('--volume', `${certificates}:${CERTIFICATES}:ro`);
  }
  const file = join(folder, 'npmrc');
  writeFileSync(file, lines.join('\n'), { mode: 0o600 });
  return [...volumes, '--volume', `${file}:/root/.npmrc:ro`];
}

/** Reads files of an image. */
function look<T>(image: string, read: (root: string) => T): T {
  const container = buildahOutput('from', '--pull-never', image)!;
  try {
    return read(buildahOutput('mount', container)!);
  } finally {
    buildahOutput('rm', container);
  }
}

const bytesIn = (root: string) => Number(execFileSync('du', ['-sb', root], { encoding: 'utf8' }).split('\t')[0]);
