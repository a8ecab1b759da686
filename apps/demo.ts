const CUSTOMER = ['profile:read', 'profile:write', 'orders:read', 'orders:write', 'reviews:write'];

/** The state of the launcher: the URL of the gateway, and how a service is killed and restarted manually. */
interface Running {
  url: string;
  pidOf(service: string): number | undefined;
  startAlone(service: string): string;
}

/** The services that `npm start` runs beside the gateway, and the text of its welcome block. */
export const demo = {
  title: 'Atrium',
  /** The services in their listed order, with descriptions; each is `apps/NAME` and an upstream of this name. */
  services: {
    users: 'the users service',
    orders: 'the orders service',
    products: 'the products service',
    reviews: 'the reviews service',
    assistant: 'the assistant',
  },
  /** The example route in the welcome block. */
  firstRoute: '/v1/home',
  /** The page to begin with; undefined without a storefront. */
  firstPage: '/shop' as string | undefined,
  accounts: [
    'ada@example.com    analytical-engine   a customer with orders',
    'grace@example.com  nanosecond-wire     an admin',
  ],
  /** The scopes of the roles at the demo provider, `apps/identity`; undefined without a provider. */
  providerRoles: { customer: CUSTOMER, admin: [...CUSTOMER, 'admin'] } as Record<string, string[]> | undefined,
  /** Lines that any POSIX shell with curl and sed runs. */
  whatToTry({ url, pidOf, startAlone }: Running): string {
    const credentials = '{"email":"ada@example.com","password":"analytical-engine"}';
    // curl does not trust the issuer of a self-signed certificate.
    const curl = url.startsWith('https:') ? 'curl -sk' : 'curl -s';
    return String.raw`
  Ada's home page:
    TOKEN=$(${curl} ${url}/v1/auth/login -H 'Content-Type: application/json' \
      -d '${credentials}' | sed 's/.*"accessToken":"\([^"]*\)".*/\1/')
    ${curl} ${url}/v1/home -H "Authorization: Bearer $TOKEN"

  See it degrade: kill -9 ${pidOf('orders')} and repeat the request: it returns stale orders with their age.
  Restart it:     ${startAlone('orders')}`;
  },
};
