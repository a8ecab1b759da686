import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

/** The chart. */
export const CHART = 'deploy/helm/atrium';
/** Its rendering with the values it has, for who does not use Helm. */
export const MANIFESTS = 'deploy/kubernetes/atrium.yaml';

const HEADER = `# The chart deploy/helm/atrium with its own values, in the namespace that kubectl is given:
#   kubectl apply --namespace shop --filename deploy/kubernetes/atrium.yaml
# docs/deploy/kubernetes.md explains it. Rendered by test/neighbours/kubernetes/write-manifests.ts.
`;

/** An object of Kubernetes. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
  // Each kind has a form of its own.
  spec: Record<string, ReturnType<typeof JSON.parse>>;
}

/** Renders the chart, with a program that is compiled first. */
export class Chart {
  private readonly folder = mkdtempSync(join(tmpdir(), 'atrium-chart-'));
  private readonly program = join(this.folder, 'render');

  constructor() {
    // Debian's sources of Go are not modules.
    const env = { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOFLAGS: '' };
    const source = 'test/neighbours/kubernetes/render/main.go';
    execFileSync('go', ['build', '-o', this.program, source], { env, stdio: ['ignore', 'inherit', 'inherit'] });
  }

  /** The text of all objects. @param values those that differ from the chart's @throws {Error} with what the chart says */
  text(values: object = {}): string {
    const file = join(this.folder, 'values.json');
    writeFileSync(file, JSON.stringify(values));
    const { status, stdout, stderr } = spawnSync(this.program, [CHART, 'atrium', 'shop', file], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
    return stdout;
  }

  /** The plain manifests. */
  manifests(): string {
    return HEADER + this.text();
  }

  /** The objects. */
  objects(values: object = {}): KubernetesObject[] {
    return parseAllDocuments(this.text(values)).map((document) => {
      if (document.errors.length) throw document.errors[0]!;
      return document.toJS() as KubernetesObject;
    });
  }

  close(): void {
    rmSync(this.folder, { recursive: true });
  }
}
