import type { assertPortFree } from '#libs/process';
import type { Config } from './config.ts';

/** What a gateway listens on, as `assertPortFree` takes it: the public port, and the admin port. */
export const listenAddresses = (config: Config): Parameters<typeof assertPortFree>[] => [
  [config.HOST, config.PORT, 'PORT'],
  [config.ADMIN_HOST, config.ADMIN_PORT, 'ADMIN_PORT', 'ADMIN_HOST'],
];
