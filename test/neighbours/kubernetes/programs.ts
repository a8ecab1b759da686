import { NpmFolder } from '#test/support/neighbours/npm-folder';
import { npmPackage, sprig } from '#test/support/neighbours/programs';

/** Where the schemas of Kubernetes and of the Prometheus operator are installed. */
export const schemaPackages = new NpmFolder('test/neighbours/kubernetes/schemas');

/** What the chart is checked with. */
export const CHECKERS = [
  sprig,
  npmPackage(schemaPackages, 'schemas of Kubernetes', 'kubernetes-models'),
  npmPackage(schemaPackages, 'schemas of the Prometheus operator', '@kubernetes-models/prometheus-operator'),
];

/** What the quick set needs, and what the full set needs besides. */
export const programs = { quick: CHECKERS, full: [] };
