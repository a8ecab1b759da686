import { parseArgs } from 'node:util';
import type { Migrations } from '#libs/storage';

const ran = (names: string[], verb: string): string[] =>
  names.length ? names.map((name) => `${verb} ${name}`) : ['nothing to do'];

/** What each command does; the lines to print. */
export const COMMANDS = {
  status: async (migrations: Migrations) =>
    (await migrations.status()).map(({ name, executedAt, isUnknown }) => {
      if (!executedAt) return `${name}: not yet`;
      return `${name}: run at ${executedAt.toISOString()}${isUnknown ? ' by a later release' : ''}`;
    }),
  up: async (migrations: Migrations) => ran(await migrations.up(), 'ran'),
  down: async (migrations: Migrations) => ran(await migrations.down(), 'undid'),
};

/** A valid command line. */
export interface Options {
  command: keyof typeof COMMANDS;
  services: readonly string[];
}

/**
 * Parses the arguments; the text to print instead of a run if they are invalid or ask for help.
 * @param all the services with migrations
 */
export function readOptions(args: readonly string[], all: readonly string[]): Options | string {
  let parsed;
  try {
    parsed = parse(args);
  } catch (error) {
    return `${(error as Error).message}\n\n${help(all)}`;
  }
  const { values, positionals } = parsed;
  const [command, ...rest] = positionals;
  const services = values.service ?? all;
  const unknown = services.filter((name) => !all.includes(name));
  if (values.help) return help(all);
  if (!command || !(command in COMMANDS) || rest.length)
    return `The command must be status, up or down\n\n${help(all)}`;
  if (unknown.length) return `No service "${unknown.join('", "')}" has migrations\n\n${help(all)}`;
  if (command === 'down' && !values.service) return `down needs a --service\n\n${help(all)}`;
  if (command === 'down' && !values.yes) return 'down deletes data: add --yes once there is a backup\n';
  return { command: command as Options['command'], services };
}

const parse = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      service: { type: 'string', multiple: true },
      yes: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });

const help = (all: readonly string[]): string => `npm run migrate -- status|up|down [--service NAME …] [--yes]

Shows, runs or undoes the migrations of services, in the database of DATABASE_URL or DATA_DIR. Services run their new ones by
themselves at start; one process at a time migrates, others wait.

status           lists them, and when each was run
up               runs those that have not been run
down             undoes the last one of a service, with the data in what it made

--service NAME   one of ${all.join(', ')} (default: all)
--yes            confirms that down may delete data
--help           this text
`;
