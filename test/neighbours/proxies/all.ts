import type { Deployed } from './deployed.ts';
import { apache } from './makes/apache.ts';
import { caddy } from './makes/caddy.ts';
import { haproxy } from './makes/haproxy.ts';
import { nginx } from './makes/nginx.ts';
import { squid } from './makes/squid.ts';
import { trafficServer } from './makes/traffic-server.ts';
import { varnish } from './makes/varnish.ts';

/** The proxies of the quick set. */
export const QUICK: readonly Deployed[] = [nginx, haproxy, varnish, squid, apache, caddy];

/** Every proxy that has a page in docs/deploy; the last, which takes long to start, is in the full set alone. */
export const ALL: readonly Deployed[] = [...QUICK, trafficServer];
