import cluster from 'node:cluster';
import { randomUUID } from 'node:crypto';

/** The same in the traces, metrics and logs of this process, and in no other. */
const INSTANCE_ID = randomUUID();
const INSTANCE = 'service.instance.id';

interface ResourceSettings {
  OTEL_SERVICE_NAME?: string | undefined;
  OTEL_RESOURCE_ATTRIBUTES?: Readonly<Record<string, string>> | undefined;
}

/**
 * The resource of this process: what OpenTelemetry's traces, metrics and logs say of their origin. Workers share their settings,
 * so an id of the settings becomes one for each: two workers with one id would overwrite each other's metrics.
 * @param name of the service where the settings give none
 */
export function processResource(
  { OTEL_SERVICE_NAME: service, OTEL_RESOURCE_ATTRIBUTES: given = {} }: ResourceSettings,
  name: string,
  isWorker = cluster.isWorker,
): Record<string, string | number> {
  const id = given[INSTANCE];
  return {
    'service.namespace': 'atrium',
    'service.name': name,
    'process.pid': process.pid,
    ...given,
    [INSTANCE]: id === undefined ? INSTANCE_ID : isWorker ? `${id}:${process.pid}` : id,
    ...(service === undefined ? {} : { 'service.name': service }),
  };
}
