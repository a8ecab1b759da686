import { readFileSync } from 'node:fs';
import { isSecret, unknownSettings } from '#libs/process';
import { processes } from '#test/support/processes';
import { expect, it } from '@jest/globals';
import type { z } from 'zod';

const names = [...readFileSync('.env.example', 'utf8').matchAll(/^(?:# )?([A-Z][A-Z0-9_]+)=/gm)].map(
  ([, name]) => name!,
);

it('no setting of one process looks like a misspelt one of another', () => {
  const known = processes.map(
    ({ schema: { shape } }) =>
      new Map(Object.keys(shape).map((name) => [name, isSecret(shape[name] as z.ZodType)])),
  );
  const secrets = known.flatMap((one) => [...one].flatMap(([name, is]) => (is ? [`${name}_FILE`] : [])));
  const environment = Object.fromEntries([...names, ...secrets].map((name) => [name, '1']));
  expect(names.length).toBeGreaterThan(100);
  for (const one of known) expect(unknownSettings(environment, one)).toEqual([]);
});
