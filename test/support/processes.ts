import { globSync } from 'node:fs';
import { dirname, basename } from 'node:path';
import { schema as ofGateway } from '#gateway/config/config';
import type { z } from 'zod';

/** A process and the schema of its settings. */
export interface ProcessSettings {
  name: string;
  schema: z.ZodObject;
}

/** The gateway, and every service in `apps`; one without a `settings.ts` fails. */
export const processes: readonly ProcessSettings[] = [
  { name: 'gateway', schema: ofGateway },
  ...(await Promise.all(
    globSync('apps/*/main.ts').map(async (file) => {
      const name = basename(dirname(file));
      const { schema } = (await import(`#apps/${name}/settings`)) as { schema: z.ZodObject };
      return { name, schema };
    }),
  )),
];

/** The names of its settings. */
export const settingsOf = ({ schema }: ProcessSettings): string[] => Object.keys(schema.shape);
