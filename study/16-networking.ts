import { browser } from './networking/browser.ts';
import { fetchByRelease, hpack, tls } from './networking/connections.ts';
import { gatewayHeaders } from './networking/gateway.ts';
import { tcp } from './networking/tcp.ts';

await tcp();
await tls();
await hpack();
await fetchByRelease();
await gatewayHeaders();
await browser();
