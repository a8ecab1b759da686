import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { CODE } from '#test/support/sources';

describe('the name of a type', () => {
  it.each(['src', ...globSync('libs/*')])('has one meaning in %s', (area) => {
    const places = new Map<string, string[]>();
    for (const file of CODE) {
      if (!file.startsWith(`${area}/`) || /\.(spec|fixture)\.ts$/.test(file)) continue;
      const text = readFileSync(file, 'utf8');
      const names = [...text.matchAll(/^(?:export )?(?:abstract )?(?:class|interface|type|enum) (\w+)/gm)].map(
        ([, name]) => name!,
      );
      for (const name of new Set(names)) places.set(name, [...(places.get(name) ?? []), file]);
    }
    expect([...places].filter(([, files]) => files.length > 1)).toEqual([]);
  });
});
