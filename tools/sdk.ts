// Writes the client of the gateway from its committed documents, and builds the package: npm run sdk
import { buildClient } from './sdk/build.ts';
import { CLIENT, writeClient } from './sdk/write.ts';

const startedAt = performance.now();
await writeClient('.');
const writtenAt = performance.now();
buildClient(CLIENT);
const seconds = (from: number, to: number) => `${((to - from) / 1000).toFixed(1)} s`;
process.stdout.write(
  `Wrote ${CLIENT}/src/generated in ${seconds(startedAt, writtenAt)}, built the package in ${seconds(writtenAt, performance.now())}.\n`,
);
