import { describeProxy } from './describe-proxy.ts';
import { apache } from './makes/apache.ts';

describeProxy(apache);
