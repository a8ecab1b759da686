export { type Capability, confine, isConfined, permissionFlags, type Permissions } from './confinement.ts';
export { whatIsDenied } from './what-is-denied.ts';
