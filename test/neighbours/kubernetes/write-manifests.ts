import { writeFileSync } from 'node:fs';
import { Chart, MANIFESTS } from './chart.ts';

// node -C atrium --import ./tools/swc-register.mjs test/neighbours/kubernetes/write-manifests.ts
const chart = new Chart();
for (const file of Object.keys(MANIFESTS) as (keyof typeof MANIFESTS)[])
  writeFileSync(file, chart.manifests(file));
chart.close();
