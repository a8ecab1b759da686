import { checkCertificates } from './certificates.ts';
import { checkDatabases } from './databases.ts';
import { checkFiles } from './files.ts';
import { type Finding, problem, reasonOf } from './finding.ts';
import { clockUnknown } from './clock.ts';
import { checkFolders, checkSecrets } from './folders.ts';
import { type Given, readGiven } from './given.ts';
import { checkIssuers } from './issuers.ts';
import { checkConfinement, checkDescriptors, checkNode, checkWorkers } from './machine.ts';
import { checkPorts } from './ports.ts';
import { checkProvider } from './provider.ts';
import { checkRedis } from './redis.ts';
import { checkReplicas } from './replicas.ts';
import { checkUpstreams } from './upstreams.ts';

type Check = (given: Given) => Finding[] | Promise<Finding[]>;

/** All checks, in the order of the report. */
const CHECKS: Record<string, Check> = {
  node: checkNode,
  ports: checkPorts,
  'open files': checkDescriptors,
  workers: checkWorkers,
  confinement: checkConfinement,
  folders: checkFolders,
  files: checkFiles,
  secrets: checkSecrets,
  certificates: checkCertificates,
  databases: checkDatabases,
  replicas: checkReplicas,
  redis: checkRedis,
  upstreams: checkUpstreams,
  issuers: checkIssuers,
  provider: checkProvider,
};

/** Checks everything at once. A check that fails by itself is a problem of its own. */
export async function examine(environment: NodeJS.ProcessEnv): Promise<Finding[]> {
  const { given, findings } = await readGiven(environment);
  const found = await Promise.all(
    Object.entries(CHECKS).map(async ([name, check]) => {
      try {
        return await check(given);
      } catch (error) {
        return [
          problem(name, `could not be checked: ${reasonOf(error)}`, 'Report it: this is a fault of the doctor.'),
        ];
      }
    }),
  );
  const all = [...findings, ...found.flat()];
  return all.some(({ about }) => about === 'clock') ? all : [...all, clockUnknown()];
}
