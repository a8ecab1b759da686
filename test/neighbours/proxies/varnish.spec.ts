import { describeProxy } from './describe-proxy.ts';
import { varnish } from './makes/varnish.ts';

describeProxy(varnish);
