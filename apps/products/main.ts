import { runService } from '#libs/process';
import { readProductsSettings } from './settings.ts';
import { startProducts } from './start-products.ts';

await runService('products', async () => startProducts(readProductsSettings(process.env)));
