export { addressKey } from './address-key.ts';
export { Forwarding, isForwarded } from './forwarding.ts';
export { parseAddress } from './ip-address.ts';
export { serializeOrigin } from './origin.ts';
export { expectProxyHeaders, type RefusedConnection } from './proxied-connections.ts';
export { isAddressRange, MAX_HOPS, type TrustProxy } from './trusted-proxies.ts';
