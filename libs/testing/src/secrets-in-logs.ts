/** What a test says or is given in secret, and what secrets look like. */
const SECRETS: Record<string, RegExp> = {
  'a password': /analytical-engine|nanosecond-wire|correct horse battery|phrase of (her|their) own|hunter2(?!-of)/,
  'a signed token': /eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}/,
  'a refresh token, or the cookie of a session': /(?<![\w-])[\w-]{65}(?![\w-])/,
  'an API key': /atrium_key_[0-9a-f]{16}_[\w-]{43}/,
  'a private key': /PRIVATE KEY/,
  'the hash of a password': /\$argon2id\$/,
};

/** Lines of logs that held a secret, in this suite: a check after each fails where there is one. */
export const leaks: string[] = ((globalThis as { atriumLeaks?: string[] }).atriumLeaks ??= []);

/** Looks through a line of a log. @returns what it holds that it must not */
export function secretIn(line: string): string | undefined {
  return Object.entries(SECRETS).find(([, looks]) => looks.test(line))?.[0];
}

/** Notes a line that holds a secret. */
export function watch(line: string): void {
  const secret = secretIn(line);
  if (secret) leaks.push(`${secret} is in the line ${line}`);
}
