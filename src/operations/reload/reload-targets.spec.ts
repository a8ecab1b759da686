import { changeableSettings } from '#gateway/config/changeable-settings';
import { type Config, loadConfig } from '#gateway/config/config';
import { createGateway } from '#gateway/gateway';
import { createLogger } from '#libs/observe';
import { expect, it } from '@jest/globals';
import { ReloadTargets } from './reload-targets.ts';

/** What a reload applies beside the settings of `SETTINGS_FILE`. */
const OTHERS: (keyof Config)[] = [
  'INTERNAL_TOKEN_KEY',
  'ISSUERS_FILE',
  'JWT_KEYS_FILE',
  'OIDC_CLIENT_SECRET',
  'TLS_CERT_FILE',
  'TLS_CLIENTS_FILE',
  'UPSTREAMS_FILE',
];

it('a reload has a reader of every setting that may change', async () => {
  const config = loadConfig({});
  const app = await createGateway(config, createLogger('gateway', 'silent'));
  try {
    const read = new Set<PropertyKey>();
    const noted: ProxyHandler<Config> = { get: (its, name, all) => (read.add(name), Reflect.get(its, name, all)) };
    app.get(ReloadTargets, { strict: false }).apply(new Proxy({ ...config }, noted));
    const names = [...Object.keys(changeableSettings), ...OTHERS];
    expect(names.filter((name) => !read.has(name))).toEqual([]);
  } finally {
    await app.close();
  }
});
