import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { settingNames } from '#gateway/config/config';
import { STOP_MS } from '#libs/process';
import { describeWith } from '#test/support/neighbours/describe-with';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { Chart, CHART, type KubernetesObject, MANIFESTS } from './chart.ts';
import { CHECKERS, schemaPackages } from './programs.ts';
import { VALUES } from './values.ts';
import { packageOf, unknownFields } from './strict-types.ts';

jest.setTimeout(60_000);

describeWith(CHECKERS, 'the chart', () => {
  let chart: Chart;
  beforeAll(() => void (chart = new Chart()));
  afterAll(() => chart.close());

  const one = (kind: string, values: object = {}): KubernetesObject => {
    const [found] = chart.objects(values).filter((object) => object.kind === kind);
    return found!;
  };
  const pod = (values?: object) => one('Deployment', values).spec['template'].spec;
  const container = (values?: object) => pod(values).containers[0];

  it.each(VALUES)('is valid by the published schemas, and has no unknown field: %s', async (_, values) => {
    const objects = chart.objects(values);
    for (const object of objects) {
      const file = resolve(schemaPackages.path, 'node_modules', packageOf(object), 'index.js');
      const kinds = (await import(pathToFileURL(file).href)) as Record<
        string,
        new (data: object) => { validate(): void }
      >;
      new kinds[object.kind]!(object).validate();
    }
    expect(unknownFields(objects)).toBe('');
  });

  it('would be refused with a wrong field', () => {
    const deployment = one('Deployment');
    deployment.spec['template'].spec.containers[0].readinessProbes = {};
    expect(unknownFields([deployment])).toContain('readinessProbes');
  });

  it('gives a gateway the time that it takes to stop', () => {
    expect(pod().terminationGracePeriodSeconds).toBeGreaterThan(5 + 5 + STOP_MS / 1_000);
    expect(container().lifecycle.preStop.sleep.seconds).toBe(5);
    const without = pod({ preStopSeconds: 0 });
    expect(without.terminationGracePeriodSeconds).toBeGreaterThan(5 + STOP_MS / 1_000);
    expect(pod({ drainMs: 8_000 }).terminationGracePeriodSeconds).toBeGreaterThan(5 + 8 + STOP_MS / 1_000);
    expect(without.containers[0].lifecycle).toBeUndefined();
  });

  it('probes the admin port, which is in no service but the headless one of a ServiceMonitor', () => {
    const { startupProbe, readinessProbe, livenessProbe } = container();
    const probed = [startupProbe, readinessProbe, livenessProbe].map(({ httpGet }) => httpGet);
    expect(probed.map(({ path, port }) => `${port} ${path}`)).toEqual([
      'admin /livez',
      'admin /readyz',
      'admin /livez',
    ]);
    const services = (values: object) => chart.objects(values).filter(({ kind }) => kind === 'Service');
    expect(services({ monitor: { kind: 'pod' } }).flatMap(({ spec }) => spec['ports'])).toMatchObject([
      { name: 'http', targetPort: 'http' },
    ]);
    const withAdmin = services({ monitor: { kind: 'service' } }).filter(({ spec }) =>
      spec['ports'].some(({ targetPort }: { targetPort: string }) => targetPort === 'admin'),
    );
    expect(withAdmin).toMatchObject([{ spec: { clusterIP: 'None' } }]);
    expect(withAdmin[0]!.spec).not.toHaveProperty('type');
  });

  it('lets only monitoring reach the admin port', () => {
    const { ingress } = one('NetworkPolicy').spec;
    expect(ingress).toEqual([
      { ports: [{ port: 'http' }] },
      {
        ports: [{ port: 'admin' }],
        from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }],
      },
    ]);
    // A rule without `from` would let everybody in.
    const nobody = one('NetworkPolicy', { networkPolicy: { monitoring: [] } }).spec['ingress'];
    expect(nobody).toEqual([{ ports: [{ port: 'http' }] }]);
  });

  it('meets the restricted profile of the Pod Security Standards, with a read-only root', () => {
    expect(pod()).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(container().securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    const kinds = (pod().volumes as object[]).flatMap((volume) => Object.keys(volume));
    expect(new Set(kinds)).toEqual(new Set(['name', 'secret', 'emptyDir']));
  });

  it('sets what the gateway reads, and secrets as files', () => {
    const values = { files: { 'upstreams.json': {}, 'settings.json': {}, 'issuers.json': {} } };
    const set = (container(values).env as { name: string; value: string }[]).map(({ name, value }) => ({
      name,
      value,
    }));
    const isKnown = (name: string) =>
      settingNames.includes(name) || settingNames.includes(name.replace(/_FILE$/, ''));
    expect(set.filter(({ name }) => !isKnown(name))).toEqual([]);
    expect(set).toContainEqual({ name: 'JWT_PRIVATE_KEY_FILE', value: '/run/secrets/atrium/JWT_PRIVATE_KEY' });
    expect(set).toContainEqual({ name: 'UPSTREAMS_FILE', value: '/etc/atrium/upstreams.json' });
    expect(set).toContainEqual({ name: 'DRAIN_MS', value: '5000' });
    for (const name of ['HOST', 'ADMIN_HOST'])
      expect(container({ host: '::' }).env).toContainEqual({ name, value: '::' });
  });

  it('says that its public port speaks TLS where it has a certificate', () => {
    const protocol = (values: object) => one('Service', values).spec['ports'][0].appProtocol;
    const [name, value] = ['TLS_CERT_FILE', '/tls/tls.crt'];
    const all = [{}, { settings: { [name]: value } }, { extraEnv: [{ name, value }] }];
    expect(all.map(protocol)).toEqual(['http', 'https', 'https']);
  });

  it('writes numbers as they are, and each variable once', () => {
    const settings = {
      UPLOAD_LIMIT_BYTES: 52_428_800,
      OTEL_TRACES_SAMPLER_ARG: 0.25,
      NODE_ENV: 'development',
      STOREFRONT: true,
    };
    const set = container({ settings }).env as { name: string; value: unknown }[];
    expect(set).toEqual(
      expect.arrayContaining([
        { name: 'UPLOAD_LIMIT_BYTES', value: '52428800' },
        { name: 'OTEL_TRACES_SAMPLER_ARG', value: '0.25' },
        { name: 'STOREFRONT', value: 'true' },
      ]),
    );
    expect(set.filter(({ name }) => name === 'NODE_ENV')).toEqual([{ name: 'NODE_ENV', value: 'development' }]);
  });

  it('routes the hosts of an ingress to the public port, and to nothing else', () => {
    expect(one('Ingress')).toBeUndefined();
    const { spec } = one('Ingress', { ingress: { enabled: true, hosts: ['shop.example'] } });
    const backend = { service: { name: 'atrium', port: { name: 'http' } } };
    expect(spec).toEqual({
      rules: [{ host: 'shop.example', http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
    });
  });

  it('runs as the account that is named or made, without its token', () => {
    expect(pod()).not.toHaveProperty('serviceAccountName');
    for (const [serviceAccount, name] of [
      [{ name: 'shop' }, 'shop'],
      [{ create: true }, 'atrium'],
      [{ create: true, name: 'shop' }, 'shop'],
    ] as const) {
      expect(pod({ serviceAccount })).toMatchObject({
        serviceAccountName: name,
        automountServiceAccountToken: false,
      });
      const made = one('ServiceAccount', { serviceAccount });
      expect(made?.metadata.name).toBe('create' in serviceAccount ? name : undefined);
    }
  });

  it('spreads its pods as its values say, or over zones and nodes where that can be', () => {
    const constraint = {
      maxSkew: 2,
      topologyKey: 'topology.kubernetes.io/zone',
      whenUnsatisfiable: 'DoNotSchedule',
    };
    const labelSelector = {
      matchLabels: { 'app.kubernetes.io/name': 'atrium', 'app.kubernetes.io/instance': 'atrium' },
    };
    const others = { matchLabels: { team: 'shop' } };
    expect(pod().topologySpreadConstraints).toMatchObject([
      { topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway', labelSelector },
      { topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway', labelSelector },
    ]);
    const given = { topologySpreadConstraints: [constraint, { ...constraint, labelSelector: others }] };
    expect(pod(given).topologySpreadConstraints).toEqual([
      { ...constraint, labelSelector },
      { ...constraint, labelSelector: others },
    ]);
  });

  it('scales by requests in flight, one gateway a minute down', () => {
    const { metrics, behavior } = one('HorizontalPodAutoscaler').spec;
    expect(metrics[0]).toMatchObject({ type: 'Pods', pods: { metric: { name: 'shedding_in_flight' } } });
    expect(behavior.scaleDown.policies).toEqual([{ type: 'Pods', value: 1, periodSeconds: 60 }]);
    expect(one('Deployment').spec).not.toHaveProperty('replicas');
    expect(one('PodDisruptionBudget').spec['maxUnavailable']).toBe(1);
  });

  it('refuses several gateways that share nothing, and values that its schema does not have', () => {
    expect(() => chart.objects({ secret: { keys: [] } })).toThrow('several gateways need REDIS_URL');
    expect(() => chart.objects({ settings: { REDIS_URL: 'redis://redis' } })).toThrow(
      'REDIS_URL is in settings and in secret.keys: leave it in one',
    );
    expect(() => chart.objects({ autoscaling: { minReplicas: 5, maxReplicas: 2 } })).toThrow(
      'autoscaling.minReplicas is greater than autoscaling.maxReplicas',
    );
    for (const name of ['TRUST_PROXY', 'REDIS_URL', 'REDIS_URL_FILE', 'ISSUERS_FILE'])
      expect(() => chart.objects({ extraEnv: [{ name, value: '1' }], files: { 'issuers.json': [] } })).toThrow(
        `${name} is in extraEnv, and in settings, secret.keys or files: leave it in one`,
      );
    const elsewhere = { name: 'REDIS_URL', valueFrom: { secretKeyRef: { name: 'redis', key: 'url' } } };
    expect(pod({ secret: { keys: [] }, extraEnv: [elsewhere] }).containers[0].env).toContainEqual(elsewhere);
    expect(() => chart.objects({ ingress: { enabled: true } })).toThrow(
      'ingress.hosts is empty: name the hosts of the gateway',
    );
    expect(() => chart.objects({ serviceAccount: { annotations: { role: 'shop' } } })).toThrow(
      'serviceAccount.annotations need serviceAccount.create: another account has its own',
    );
    const schema = JSON.parse(readFileSync(`${CHART}/values.schema.json`, 'utf8')) as object;
    const isValid = new Ajv({ strict: true, allowUnionTypes: true }).compile(schema);
    const values = parse(readFileSync(`${CHART}/values.yaml`, 'utf8')) as object;
    expect(isValid(values)).toBe(true);
    // A section that is null is none: Helm removes it.
    for (const wrong of [
      { autoscaling: undefined },
      { settings: { PORT: '8080' } },
      { settings: { DRAIN_MS: '1000' } },
      { drainMs: 9_000 },
      { replica: 3 },
      { host: 'localhost' },
      { settings: { 'bad-name': '1' } },
      { files: { a: {} } },
      { ingress: { hosts: ['https://shop.example'] } },
      { extraEnv: [{ name: 'PORT', value: '8080' }] },
      { podLabels: { 'app.kubernetes.io/name': 'shop' } },
    ])
      expect([wrong, isValid(JSON.parse(JSON.stringify({ ...values, ...wrong })))]).toEqual([wrong, false]);
  });

  it.each(Object.keys(MANIFESTS) as (keyof typeof MANIFESTS)[])('has plain manifests: %s', (file) => {
    expect(readFileSync(file, 'utf8')).toBe(chart.manifests(file));
  });

  it('scales by a metric that the gateway has, as its page tells the adapter', () => {
    const [{ pods }] = one('HorizontalPodAutoscaler').spec['metrics'];
    const isGauge = new RegExp(`^\\| \`${pods.metric.name}\` \\| gauge `, 'm');
    expect(readFileSync('docs/operations.md', 'utf8')).toMatch(isGauge);
    expect(readFileSync('docs/deploy/kubernetes.md', 'utf8')).toContain(`seriesQuery: '${pods.metric.name}{`);
  });
});
