import { describeProxy } from './describe-proxy.ts';
import { caddy } from './makes/caddy.ts';

describeProxy(caddy);
