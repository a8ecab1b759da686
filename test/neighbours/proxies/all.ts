import type { Deployed } from './deployed.ts';
import { apache } from './makes/apache.ts';
import { caddy } from './makes/caddy.ts';
import { haproxy } from './makes/haproxy.ts';
import { nginx } from './makes/nginx.ts';
import { squid } from './makes/squid.ts';
import { trafficServer } from './makes/traffic-server.ts';
import { varnish } from './makes/varnish.ts';

/** Every proxy that has a page in docs/deploy. */
export const ALL: readonly Deployed[] = [nginx, haproxy, varnish, squid, apache, caddy, trafficServer];
