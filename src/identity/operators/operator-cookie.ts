/**
 * The cookie of an operator's session. It has a name of its own: a browser sends cookies to every port of a host (RFC 6265bis,
 * section 8.5), and what logs in to the shop is of no use at the admin port, and the other way round.
 */
export const OPERATOR_COOKIE = {
  name: '__Host-Http-atrium-operator',
  sameSite: 'strict' as const,
  maxAge: undefined,
};
