import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { KubernetesObject } from './chart.ts';
import { schemaPackages } from './programs.ts';

/** Where the published types and schemas of a kind are. */
export const packageOf = ({ apiVersion }: KubernetesObject): string =>
  apiVersion.startsWith('monitoring.coreos.com/')
    ? `@kubernetes-models/prometheus-operator/${apiVersion}`
    : `kubernetes-models/${apiVersion}`;

/**
 * Fields that the types of Kubernetes do not have: schemas let them pass, as the API server drops them.
 * @returns what the compiler says; empty if there are none
 */
export function unknownFields(objects: readonly KubernetesObject[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-manifests-'));
  try {
    symlinkSync(join(schemaPackages.path, 'node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    const sources = objects.map(
      (one, n) =>
        `import type { I${one.kind} as Kind${n} } from '${packageOf(one)}';\nexport const object${n}: Kind${n} = ${JSON.stringify(one)};\n`,
    );
    writeFileSync(join(folder, 'manifests.ts'), sources.join(''));
    const flags = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2023'];
    const compiler = resolve('node_modules/@typescript/native/bin/tsc');
    const { stdout, stderr } = spawnSync(process.execPath, [compiler, ...flags, 'manifests.ts'], {
      cwd: folder,
      encoding: 'utf8',
    });
    return `${stdout}${stderr}`.trim();
  } finally {
    rmSync(folder, { recursive: true });
  }
}
