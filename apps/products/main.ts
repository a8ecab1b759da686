import { runProcess } from '#libs/process';
import { readProductsSettings } from './settings.ts';
import { startProducts } from './start-products.ts';

await runProcess('products', async () => startProducts(readProductsSettings(process.env)));
