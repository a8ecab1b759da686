/** What may be personal or secret in a sentence, and what stands for it. */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  // Credentials in URLs, and queries, which may have tokens.
  [/(\w+:\/\/)[^\s/@]+@/g, '$1[redacted]@'],
  [/\?[^\s"'<>]*=[^\s"'<>]*/g, '?[redacted]'],
  [/[\w.+-]+@[\w-]+(\.[\w-]+)+/g, '[email]'],
  [/\b(Bearer|Basic|DPoP|ApiKey)\s+[^\s"',]+/gi, '$1 [redacted]'],
  [/\beyJ[\w-]+\.[\w-]+(\.[\w-]*)?/g, '[token]'],
  [/\b(?=\w*\d)[\w-]{32,}\b/g, '[token]'],
  [
    /(password|secret|token|authorization|cookie|api[-_]?key)(["']?\s*[:=]\s*)("[^"]*"|'[^']*'|[^\s,;}]+)/gi,
    '$1$2[redacted]',
  ],
];
const MAX_LENGTH = 500;

/** A sentence of an error without addresses, tokens, queries and credentials, at most 500 characters long. */
export function scrub(text: string): string {
  let scrubbed = text.slice(0, 4 * MAX_LENGTH);
  for (const [pattern, replacement] of PATTERNS) scrubbed = scrubbed.replace(pattern, replacement);
  return scrubbed.slice(0, MAX_LENGTH);
}
