import { GraphQLError } from 'graphql';

/** Messages of graphql-js that quote values, and their replacements without. */
const QUOTING: readonly [pattern: RegExp, without: string][] = [
  [/^((?:Int|Float|String|Boolean|ID|Enum "\w+") cannot represent [^:"]*value): .*$/s, '$1.'],
  [/^Value ".*" does not exist in ("\w+") enum\..*$/s, 'The value does not exist in $1 enum.'],
  [/^(Expected value of type "[\w[\]!]+"), found .*$/s, '$1.'],
  [/^(Argument "\w+") has invalid value .*$/s, '$1 has an invalid value.'],
  [/^(Syntax Error: [^:"]*?)(?: but got)?: .*$/s, '$1.'],
  [/^(Syntax Error: Unexpected single quote character) .*$/s, '$1.'],
  [/^(Syntax Error: Name) ".*"( is reserved .*)$/s, '$1$2'],
  [/^(Syntax Error: .*?\b(?:Name|String|BlockString|Int|Float)) ".*$/s, '$1.'],
];

/**
 * The message of a graphql-js error without client values, such as a password in the wrong place, and without suggestions, which
 * disclose names of the schema.
 */
export function withoutValues(error: Pick<GraphQLError, 'message' | 'originalError'>): string {
  const { message } = error;
  const [, name] = /^Variable "\$(\w+)" got invalid value /.exec(message) ?? [];
  if (name) return ofVariable(name, error);
  for (const [pattern, without] of QUOTING) if (pattern.test(message)) return message.replace(pattern, without);
  return message.replace(/ Did you mean .*$/s, '');
}

/** Redacts `Variable "$v" got invalid value {…} at "v.path"; reason`, where `reason` is the message of a cause. */
function ofVariable(name: string, error: Pick<GraphQLError, 'message' | 'originalError'>): string {
  let cause: Error | undefined = error.originalError;
  while (cause && !error.message.endsWith(`; ${cause.message}`))
    cause = cause instanceof GraphQLError ? cause.originalError : undefined;
  if (!cause) return `Variable "$${name}" got an invalid value.`;
  const before = error.message.slice(0, -`; ${cause.message}`.length);
  const [at = ''] = new RegExp(String.raw` at "${name}(?:\.\w+|\[\d+\])+"$`).exec(before) ?? [];
  return `Variable "$${name}" got an invalid value${at}; ${withoutValues(cause as GraphQLError)}`;
}
