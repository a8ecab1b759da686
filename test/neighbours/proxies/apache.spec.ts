/** @full One more make: nginx, HAProxy, Caddy, Varnish and Squid hold the gateway's part. */
import { describeProxy } from './describe-proxy.ts';
import { apache } from './makes/apache.ts';

describeProxy(apache);
