import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Chart, MANIFESTS } from './chart.ts';

// node -C atrium --import ./tools/swc-register.mjs test/neighbours/kubernetes/write-manifests.ts
const chart = new Chart();
mkdirSync(dirname(MANIFESTS), { recursive: true });
writeFileSync(MANIFESTS, chart.manifests());
chart.close();
