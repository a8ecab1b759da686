import { LOG_LEVELS } from '#libs/observe';
import { count } from '#libs/process';
import { z } from 'zod';
import { jsonFile } from './json-file.ts';
import { rate } from './values.ts';

/** The settings that may change while the gateway runs, by `SETTINGS_FILE`. */
export const changeableSettings = {
  LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
  MAX_CONNECTIONS: count(20_000),
  MAX_STREAMS: count(15_000),
  MAX_STREAMS_PER_CALLER: count(20),
  MAX_IN_FLIGHT: count(1_000),
  MAX_QUEUED: count(100, 0),
  RATE_LIMIT_ANONYMOUS: rate('300/60'),
  RATE_LIMIT_CUSTOMER: rate('1200/60'),
  RATE_LIMIT_PARTNER: rate('600/60'),
  RATE_LIMIT_LOGIN: rate('60/60'),
  RATE_LIMIT_SEARCH: rate('120/60'),
};

type Changeable = { [Name in keyof typeof changeableSettings]: z.output<(typeof changeableSettings)[Name]> };

const isChangeable = (name: string): name is keyof Changeable => Object.hasOwn(changeableSettings, name);

/** The path of a JSON file with settings by name, which replace those of the environment. */
export const settingsFile = jsonFile(
  z
    .record(z.string(), z.union([z.string(), z.number()]), 'must be an object of settings by name')
    .transform((given, check): Partial<Changeable> => {
      const settings: [string, unknown][] = [];
      for (const [name, value] of Object.entries(given)) {
        const refuse = (message: string) => check.addIssue({ code: 'custom', path: [name], message });
        if (!isChangeable(name)) {
          refuse(`cannot be set here; these can: ${Object.keys(changeableSettings).join(', ')}`);
          continue;
        }
        const checked = changeableSettings[name].safeParse(String(value));
        if (checked.success) settings.push([name, checked.data]);
        else for (const { message } of checked.error.issues) refuse(message);
      }
      return Object.fromEntries(settings) as Partial<Changeable>;
    }),
  {},
);
