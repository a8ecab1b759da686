import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDocuments } from './documents.ts';
import { generatedFiles } from './files.ts';

/** Where the client is, below the project. */
export const CLIENT = 'clients/sdk';

/** Writes the generated code of the client of a project from its committed documents. */
export async function writeClient(folder: string): Promise<void> {
  const target = join(folder, CLIENT, 'src/generated');
  mkdirSync(target, { recursive: true });
  for (const [name, text] of await generatedFiles(readDocuments(folder))) writeFileSync(join(target, name), text);
}
