// Writes the client of the gateway from its committed documents, and builds the package: npm run sdk
import { readOptions } from './launcher/read-options.ts';
import { buildClient } from './sdk/build.ts';
import { CLIENT, writeClient } from './sdk/write.ts';

readOptions(
  'npm run sdk   writes the client of the gateway from its documents, and builds it in clients/sdk\n',
  {},
);

const startedAt = performance.now();
await writeClient('.');
const writtenAt = performance.now();
buildClient(CLIENT);
const seconds = (from: number, to: number) => `${((to - from) / 1000).toFixed(1)} s`;
process.stdout.write(
  `Wrote ${CLIENT}/src/generated in ${seconds(startedAt, writtenAt)}, built the package in ${seconds(writtenAt, performance.now())}.\n`,
);
