import { describeProxy } from './describe-proxy.ts';
import { haproxy } from './makes/haproxy.ts';

describeProxy(haproxy);
