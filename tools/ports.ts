import { globSync } from 'node:fs';
import { basename } from 'node:path';
import type { CacheRule } from '#libs/cache';

/** A port, with the cache policies that it declares. */
export interface PortClass {
  name: string;
  cache?: Record<string, CacheRule | { kind: 'invalidates'; tags: CacheRule['tags'] }>;
}

/** Every port of `src/upstreams`, by name. @throws {Error} if a port file exports no class of its name */
export async function allPorts(): Promise<PortClass[]> {
  const names = globSync('src/upstreams/*/*.port.ts').map((file) => basename(file, '.port.ts'));
  return Promise.all(
    names.toSorted().map(async (name) => {
      const exported = (await import(`#gateway/upstreams/${name}/${name}.port`)) as Record<string, PortClass>;
      const port = Object.values(exported).find((value) => value.name?.toLowerCase() === name.replaceAll('-', ''));
      if (!port) throw new Error(`src/upstreams/${name}/${name}.port.ts exports no class named after the file.`);
      return port;
    }),
  );
}
