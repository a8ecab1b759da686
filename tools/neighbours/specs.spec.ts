import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { specsOf } from './specs.ts';

describe('the specs of groups', () => {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-specs-'));
  const at = (file: string) => join(folder, file);
  beforeAll(() => {
    const files = {
      'grpc/cpu.spec.ts': '/**\n * It measures.\n * @alone\n */\nimport x;',
      'grpc/servers.spec.ts': "import x;\n/** Not @alone: this is not the comment at the top. */\nit('x');",
      'grpc/servers/makes.ts': '/** @alone */',
      'proxies/deep/nginx.spec.ts': '/** A comment. */\nconst alone = "@alone";\n/** @alone */',
      'sdk/cpu.spec.tsx': '/** @alone It measures. */',
      'sdk/kotlin.spec.ts': '/** @full Another language. */',
      'sdk/memory.spec.ts': '/**\n * @alone It measures.\n * @full As the CPU time does.\n */',
    };
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(join(at(file), '..'), { recursive: true });
      writeFileSync(at(file), text);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('run beside each other, but for those whose comment at the top has @alone', () => {
    expect(specsOf(folder, ['grpc', 'proxies', 'sdk'], false)).toEqual({
      beside: [at('grpc/servers.spec.ts'), at('proxies/deep/nginx.spec.ts')],
      alone: [at('grpc/cpu.spec.ts'), at('sdk/cpu.spec.tsx')],
    });
  });

  it('are in the full set those with @full there, too', () => {
    expect(specsOf(folder, ['sdk'], true)).toEqual({
      beside: [at('sdk/kotlin.spec.ts')],
      alone: [at('sdk/cpu.spec.tsx'), at('sdk/memory.spec.ts')],
    });
  });

  it('are those of the named groups', () => {
    expect(specsOf(folder, ['sdk'], false)).toEqual({ beside: [], alone: [at('sdk/cpu.spec.tsx')] });
  });
});
