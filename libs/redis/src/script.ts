import type { Redis } from 'ioredis';

/** A value that a script is given. */
export type ScriptArgument = string | number;

/** Runs a script on a connection. Throws what the connection throws. */
export type Script<Result> = (
  redis: Redis,
  keys: readonly string[],
  ...values: readonly ScriptArgument[]
) => Promise<Result>;

type Command = (...given: ScriptArgument[]) => Promise<unknown>;

/**
 * Defines a Lua script. Its text is sent once a connection, and its SHA-1 afterwards (`EVALSHA`); a server that does not
 * have it, after a restart or a failover, is sent the text again. On a cluster all keys of a call must be in one slot.
 *
 * @param name of the command, unique among scripts
 * @param numberOfKeys that every call has; 'any' where calls differ
 * @param lua its result must be a `Result`: nothing checks that
 */
export function defineScript<Result = unknown>(
  name: string,
  numberOfKeys: number | 'any',
  lua: string,
): Script<Result> {
  // ioredis makes it a method of the connection, where it must hide none of Redis' own commands.
  const command = `script:${name}`;
  const connections = new WeakSet<Redis>();
  return async (redis, keys, ...values) => {
    if (numberOfKeys !== 'any' && keys.length !== numberOfKeys) {
      throw new TypeError(`The script ${name} takes ${numberOfKeys} keys, not ${keys.length}.`);
    }
    if (!connections.has(redis)) {
      redis.defineCommand(command, numberOfKeys === 'any' ? { lua } : { lua, numberOfKeys });
      connections.add(redis);
    }
    const run = (redis as unknown as Record<string, Command>)[command]!;
    const count = numberOfKeys === 'any' ? [keys.length] : [];
    return (await run.call(redis, ...count, ...keys, ...values)) as Result;
  };
}
