/** Patterns of secrets, including those of tests. */
const SECRETS: Record<string, RegExp> = {
  'a password': /analytical-engine|nanosecond-wire|correct horse battery|phrase of (her|their) own|hunter2(?!-of)/,
  'a signed token': /eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}/,
  'a refresh token, or the cookie of a session': /(?<![\w-])[\w-]{65}(?![\w-])/,
  'an API key': /atrium_key_[0-9a-f]{16}_[\w-]{43}/,
  'a private key': /PRIVATE KEY/,
  'the hash of a password': /\$argon2id\$/,
};

/** Log lines of this suite that contain a secret; a check after each test fails if there are any. */
export const leaks: string[] = ((globalThis as { atriumLeaks?: string[] }).atriumLeaks ??= []);

/** Scans a log line. @returns the kind of secret that it contains */
export function secretIn(line: string): string | undefined {
  return Object.entries(SECRETS).find(([, looks]) => looks.test(line))?.[0];
}

/** Records a line that contains a secret. */
export function watch(line: string): void {
  const secret = secretIn(line);
  if (secret) leaks.push(`${secret} is in the line ${line}`);
}
