/** @full One more make: nginx, HAProxy, Caddy, Varnish and Squid hold the gateway's part. */
import { describeProxy } from './describe-proxy.ts';
import { trafficServer } from './makes/traffic-server.ts';

describeProxy(trafficServer);
