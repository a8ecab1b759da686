import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

/** The chart. */
export const CHART = 'deploy/helm/atrium';
/** What is rendered for who does not use Helm, by file. */
export const MANIFESTS = {
  'deploy/kubernetes/atrium.yaml': {
    title: 'with its own values',
    values: {},
    has: (text: string) => !isOfMonitor(text),
  },
  'deploy/kubernetes/atrium-monitor.yaml': {
    title: 'with monitor.kind: service',
    values: { monitor: { kind: 'service' } },
    has: isOfMonitor,
  },
};

/** Whether an object is of templates/monitor.yaml. */
function isOfMonitor(text: string): boolean {
  return /^kind: ServiceMonitor$|component: gateway-admin$/m.test(text);
}

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

  /** The text of a file of plain manifests. */
  manifests(file: keyof typeof MANIFESTS): string {
    const { title, values, has } = MANIFESTS[file];
    const objects = this.text(values)
      .split(/^---\n/m)
      .filter((text) => text.trim() && has(text));
    return `# The chart deploy/helm/atrium ${title}, in the namespace that kubectl is given:
#   kubectl apply --namespace shop --filename ${file}
# docs/deploy/kubernetes.md explains it. Rendered by test/neighbours/kubernetes/write-manifests.ts.
---
${objects.join('---\n')}`;
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
