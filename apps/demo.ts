const CUSTOMER = ['profile:read', 'profile:write', 'orders:read', 'orders:write'];

/** What the launcher knows of one moment: where the gateway is, and how a service is ended and started again by hand. */
interface Running {
  url: string;
  pidOf(service: string): number | undefined;
  startAlone(service: string): string;
}

/** What `npm start` runs beside the gateway, and what it tells whoever started it. */
export const demo = {
  title: 'Atrium',
  /** The services in the order they are listed, with what they are; each is `apps/NAME` and an upstream of this name. */
  services: {
    users: 'the users service',
    orders: 'the orders service',
    products: 'the products service',
    reviews: 'the reviews service',
    assistant: 'the assistant',
  },
  /** The route that the welcome names. */
  firstRoute: '/v1/home',
  accounts: [
    'ada@example.com    analytical-engine   a customer with orders',
    'grace@example.com  nanosecond-wire     an admin',
  ],
  /** What those with a role at the demo provider, `apps/identity`, may do; without them there is no provider. */
  providerRoles: { customer: CUSTOMER, admin: [...CUSTOMER, 'admin'] } as Record<string, string[]> | undefined,
  /** Lines that any POSIX shell with curl and sed runs. */
  whatToTry({ url, pidOf, startAlone }: Running): string {
    const credentials = '{"email":"ada@example.com","password":"analytical-engine"}';
    // A certificate for trying out is signed by nobody whom curl knows.
    const curl = url.startsWith('https:') ? 'curl -sk' : 'curl -s';
    return String.raw`
  Ada's home page:
    TOKEN=$(${curl} ${url}/v1/auth/login -H 'Content-Type: application/json' \
      -d '${credentials}' | sed 's/.*"accessToken":"\([^"]*\)".*/\1/')
    ${curl} ${url}/v1/home -H "Authorization: Bearer $TOKEN"

  See it degrade: kill -9 ${pidOf('orders')} and ask again: the orders stand in, and say how old they are.
  Bring it back:  ${startAlone('orders')}`;
  },
};
