import { browser } from './networking/browser.ts';
import { hpack, tls } from './networking/connections.ts';
import { tcp } from './networking/tcp.ts';

await tcp();
await tls();
await hpack();
await browser();
