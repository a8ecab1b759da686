import { globSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { settingNames } from '#gateway/config/config';
import { contractsIn } from '#tools/contracts';
import { allPorts } from '#tools/ports';
import { describe, expect, it } from '@jest/globals';

const ports = globSync('src/upstreams/*/*.port.ts').map((file) => ({
  name: basename(file, '.port.ts'),
  folder: dirname(file),
}));

describe.each(ports)('the upstream $name', ({ name, folder }) => {
  it('has a port, an adapter, a fake and a spec of its promises, perhaps error codes, and nothing else', () => {
    const files = globSync(`${folder}/*`)
      .map((file) => basename(file))
      .filter((file) => file !== `${name}.errors.ts`);
    const adapter = files.filter((file) => /\.(rest|grpc)\.ts$/.test(file));
    expect(adapter).toHaveLength(1);
    expect(files.toSorted()).toEqual(
      [...adapter, `${name}.port.ts`, `${name}.fake.ts`, `${name}.spec.ts`].toSorted(),
    );
  });

  it('has one contract, one setting for its addresses, and one line in upstreams.module.ts', async () => {
    const { openapi, proto } = contractsIn('libs/contracts');
    const contracts = [...openapi, ...proto.map(({ service }) => service)];
    expect(contracts.filter((contract) => contract === name)).toHaveLength(1);
    const setting = `${name.replaceAll('-', '_').toUpperCase()}_URL`;
    expect(settingNames).toContain(setting);
    const adapters =
      readFileSync('src/upstreams/upstreams.module.ts', 'utf8').match(/new \w+(Rest|Grpc)\(/g) ?? [];
    const port = (await allPorts()).find((found) => found.name.toLowerCase() === name.replaceAll('-', ''));
    expect(adapters.filter((adapter) => adapter.startsWith(`new ${port!.name}`))).toHaveLength(1);
  });
});
