import { runService } from '#libs/process';
import { readOrdersSettings } from './settings.ts';
import { startOrders } from './start-orders.ts';

await runService('orders', async () => startOrders(readOrdersSettings(process.env)));
