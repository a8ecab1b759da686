import { globSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

describe('every port', () => {
  it('has an adapter, a fake, a spec of its promises, and nothing else', () => {
    const files = new Set(globSync('src/upstreams/*/*.ts'));
    const ports = [...files]
      .filter((file) => file.endsWith('.port.ts'))
      .map((file) => file.replace('.port.ts', ''));
    expect(ports.length).toBeGreaterThanOrEqual(3);
    for (const port of ports) {
      expect([port, files.has(`${port}.fake.ts`), files.has(`${port}.spec.ts`)]).toEqual([port, true, true]);
      const ofPort = [...files].filter((file) => file.startsWith(port.slice(0, port.lastIndexOf('/') + 1)));
      expect([port, ofPort.length]).toEqual([port, 4]);
      expect([port, files.has(`${port}.rest.ts`) || files.has(`${port}.grpc.ts`)]).toEqual([port, true]);
    }
  });
});
