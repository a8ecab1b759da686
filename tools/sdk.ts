// Writes the client of the gateway from its committed documents, and builds the package: npm run sdk
import { mkdirSync, writeFileSync } from 'node:fs';
import { buildClient } from './sdk/build.ts';
import { readDocuments } from './sdk/documents.ts';
import { generatedFiles } from './sdk/files.ts';

const FOLDER = 'clients/sdk';

const startedAt = performance.now();
const files = await generatedFiles(readDocuments('.'));
mkdirSync(`${FOLDER}/src/generated`, { recursive: true });
for (const [name, text] of files) writeFileSync(`${FOLDER}/src/generated/${name}`, text);
const writtenAt = performance.now();
buildClient(FOLDER);
const seconds = (from: number, to: number) => `${((to - from) / 1000).toFixed(1)} s`;
process.stdout.write(
  `Wrote ${FOLDER}/src/generated in ${seconds(startedAt, writtenAt)}, built the package in ${seconds(writtenAt, performance.now())}.\n`,
);
