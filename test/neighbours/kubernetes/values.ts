/** Values of which each template has a part. */
export const VALUES: [name: string, values: object][] = [
  ['as they are', {}],
  ['without an autoscaler', { autoscaling: { enabled: false }, replicas: 2 }],
  ['with one gateway and no secrets', { autoscaling: { enabled: false }, replicas: 1, secret: { keys: [] } }],
  ['with a PodMonitor', { monitor: { kind: 'pod', labels: { release: 'prometheus' } } }],
  ['with a ServiceMonitor', { monitor: { kind: 'service' } }],
  [
    'with files, peers and places',
    {
      files: { 'upstreams.json': { orders: { timeoutMs: 800 } } },
      image: { digest: `sha256:${'0'.repeat(64)}`, pullSecrets: ['registry'] },
      networkPolicy: {
        clients: [{ namespaceSelector: {} }],
        egress: [{ to: [{ namespaceSelector: {} }], ports: [{ port: 6379 }] }],
      },
      nodeSelector: { 'kubernetes.io/arch': 'arm64' },
      podAnnotations: { 'example.com/owner': 'shop' },
      service: { annotations: { 'example.com/lb': 'internal' } },
      tolerations: [{ key: 'shop', operator: 'Exists' }],
      preStopSeconds: 0,
    },
  ],
  [
    'with an ingress, an account, variables, volumes and places',
    {
      ingress: {
        enabled: true,
        className: 'nginx',
        annotations: { 'cert-manager.io/cluster-issuer': 'letsencrypt' },
        hosts: ['shop.example', '*.shop.example'],
        tls: [{ secretName: 'shop-tls', hosts: ['shop.example'] }],
      },
      serviceAccount: { create: true, annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::1:role/shop' } },
      extraEnv: [
        { name: 'REDIS_CA_FILE', value: '/etc/redis-ca/ca.crt' },
        { name: 'OTEL_RESOURCE_ATTRIBUTES', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      ],
      extraEnvFrom: [{ secretRef: { name: 'shop' } }],
      extraVolumes: [{ name: 'redis-ca', secret: { secretName: 'redis-ca' } }],
      extraVolumeMounts: [{ name: 'redis-ca', mountPath: '/etc/redis-ca', readOnly: true }],
      podLabels: { team: 'shop' },
      priorityClassName: 'system-cluster-critical',
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: 'pool', operator: 'In', values: ['web'] }] }],
          },
        },
      },
      topologySpreadConstraints: [
        { maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'DoNotSchedule' },
      ],
    },
  ],
];
