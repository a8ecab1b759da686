import { describeProxy } from './describe-proxy.ts';
import { trafficServer } from './makes/traffic-server.ts';

describeProxy(trafficServer);
