import { describeProxy } from './describe-proxy.ts';
import { nginx } from './makes/nginx.ts';

describeProxy(nginx);
