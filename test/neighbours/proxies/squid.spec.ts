import { describeProxy } from './describe-proxy.ts';
import { squid } from './makes/squid.ts';

describeProxy(squid);
