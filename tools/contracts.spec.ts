import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { contractsIn, writeContracts } from './contracts.ts';

const PROTO = 'syntax = "proto3";\npackage acme.parcels.v1;\n';
const SERVICE = `${PROTO}
service ParcelsService {
  rpc GetParcel(GetParcelRequest) returns (GetParcelResponse);
}
message GetParcelRequest { string id = 1; }
message GetParcelResponse { string place = 1; }
`;
const DOCUMENT = {
  openapi: '3.1.0',
  info: { title: 'Store hours', version: '1' },
  paths: {},
  components: {
    schemas: { Day: { type: 'object', required: ['opens'], properties: { opens: { type: 'string' } } } },
  },
};

let folder: string;
const put = (file: string, text: string) => {
  mkdirSync(join(folder, file, '..'), { recursive: true });
  writeFileSync(join(folder, file), text);
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atrium-contracts-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the contracts of a folder', () => {
  it('are its OpenAPI documents and the proto files that define a service', () => {
    put('openapi/store-hours.json', '{}');
    put('proto/acme/parcels/v1/parcels.proto', SERVICE);
    put('proto/acme/parcels/v1/types.proto', PROTO);
    expect(contractsIn(folder)).toEqual({
      openapi: ['store-hours'],
      proto: [{ service: 'parcels', path: 'acme/parcels/v1/parcels' }],
    });
  });

  it.each([
    [
      'one name',
      ['openapi/parcels.json', 'proto/acme/parcels/v1/parcels.proto'],
      "two contracts are named 'parcels'",
    ],
    ['a name that is not an identifier', ['openapi/2nd.json'], "'2nd' needs a name in kebab case"],
  ])('are rejected with %s', (_, files, message) => {
    for (const file of files) put(file, SERVICE);
    expect(() => contractsIn(folder)).toThrow(message);
  });
});

describe('npm run contracts', () => {
  it('writes the code of every contract, and removes the code of deleted ones', async () => {
    for (const file of ['buf.yaml', 'buf.gen.yaml']) cpSync(`libs/contracts/${file}`, join(folder, file));
    put('openapi/store-hours.json', JSON.stringify(DOCUMENT));
    put('proto/acme/parcels/v1/parcels.proto', SERVICE);
    put('src/generated/gone.ts', 'export {};');
    await writeContracts(folder);
    expect(globSync('src/**/*.ts', { cwd: folder }).toSorted()).toEqual([
      'src/generated/acme/parcels/v1/parcels.ts',
      'src/generated/store-hours.ts',
      'src/services.ts',
    ]);
    const services = readFileSync(join(folder, 'src/services.ts'), 'utf8');
    expect(services).toContain("export * as parcels from './generated/acme/parcels/v1/parcels.ts';");
    expect(services).toContain("export type StoreHoursApi = storeHours['schemas'];");
    expect(services).toContain("export const storeHoursDocument = documentOf('store-hours');");
  });
});

describe('npm run contracts with a proto file that cannot be read', () => {
  it('fails without changes of the generated code', async () => {
    for (const file of ['buf.yaml', 'buf.gen.yaml']) cpSync(`libs/contracts/${file}`, join(folder, file));
    put('proto/acme/parcels/v1/parcels.proto', SERVICE.replace('message GetParcelResponse', 'mess'));
    put('src/generated/acme/parcels/v1/parcels.ts', 'export {};');
    await expect(writeContracts(folder)).rejects.toThrow('buf lint failed');
    expect(readFileSync(join(folder, 'src/generated/acme/parcels/v1/parcels.ts'), 'utf8')).toBe('export {};');
  });
});

describe('npm run contracts without a proto file', () => {
  it('writes the types of the OpenAPI documents', async () => {
    put('openapi/store-hours.json', JSON.stringify(DOCUMENT));
    mkdirSync(join(folder, 'src'));
    await writeContracts(folder);
    expect(readFileSync(join(folder, 'src/generated/store-hours.ts'), 'utf8')).toContain('opens: string;');
  });
});

describe('the code in libs/contracts', () => {
  let copy: string;
  beforeAll(async () => {
    copy = mkdtempSync(join(tmpdir(), 'atrium-contracts-'));
    for (const file of ['buf.yaml', 'buf.gen.yaml', 'openapi', 'proto'])
      cpSync(`libs/contracts/${file}`, join(copy, file), { recursive: true });
    await writeContracts(copy);
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  it('is the output of npm run contracts', () => {
    const generated = (at: string) => globSync('src/generated/**/*.ts', { cwd: at }).toSorted();
    expect(generated('libs/contracts')).toEqual(generated(copy));
    for (const file of ['src/services.ts', ...generated(copy)]) {
      const [committed, written] = ['libs/contracts', copy].map((at) => readFileSync(join(at, file), 'utf8'));
      expect([file, committed === written]).toEqual([file, true]);
    }
  });
});
