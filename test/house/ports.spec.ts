import { globSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

describe('every port', () => {
  it('has an adapter, a fake, and a spec of its promises', () => {
    const files = new Set(globSync('src/upstreams/*/*.ts'));
    const ports = [...files]
      .filter((file) => file.endsWith('.port.ts'))
      .map((file) => file.replace('.port.ts', ''));
    expect(ports.length).toBeGreaterThanOrEqual(3);
    for (const port of ports) {
      expect([port, files.has(`${port}.fake.ts`), files.has(`${port}.spec.ts`)]).toEqual([port, true, true]);
      expect([port, files.has(`${port}.rest.ts`) || files.has(`${port}.grpc.ts`)]).toEqual([port, true]);
    }
  });
});
