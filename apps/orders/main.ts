import { runProcess } from '#libs/process';
import { readOrdersSettings } from './settings.ts';
import { startOrders } from './start-orders.ts';

await runProcess('orders', async () => startOrders(readOrdersSettings(process.env)));
