/**
 * The cookie of an operator's session. Its name differs from the shop's session cookie, because a browser sends cookies to
 * every port of a host (RFC 6265bis, section 8.5): neither is valid on the other port.
 */
export const OPERATOR_COOKIE = {
  name: '__Host-Http-atrium-operator',
  sameSite: 'strict' as const,
  maxAge: undefined,
};
