import { readFileSync } from 'node:fs';
import { schema } from '#gateway/config/config';
import { isSecret, unknownSettings } from '#libs/process';
import { expect, it } from '@jest/globals';
import type { z } from 'zod';

const names = [...readFileSync('.env.example', 'utf8').matchAll(/^(?:# )?([A-Z][A-Z0-9_]+)=/gm)].map(
  ([, name]) => name!,
);
const SERVICES = ['users', 'orders', 'products', 'reviews', 'assistant', 'identity'];

it('no setting of one process looks like a misspelt one of another', async () => {
  const ofServices = await Promise.all(
    SERVICES.map(async (name) => ((await import(`#apps/${name}/settings`)) as { schema: z.ZodObject }).schema),
  );
  const all: z.ZodObject[] = [schema, ...ofServices];
  const known = all.map(
    ({ shape }) => new Map(Object.keys(shape).map((name) => [name, isSecret(shape[name] as z.ZodType)])),
  );
  const secrets = known.flatMap((one) => [...one].flatMap(([name, is]) => (is ? [`${name}_FILE`] : [])));
  const environment = Object.fromEntries([...names, ...secrets].map((name) => [name, '1']));
  expect(names.length).toBeGreaterThan(100);
  for (const one of known) expect(unknownSettings(environment, one)).toEqual([]);
});
