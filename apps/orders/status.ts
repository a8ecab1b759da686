import { orders } from '#libs/contracts';

/** The status of an order. */
export type Status = 'PLACED' | 'PAID' | 'PACKED' | 'SHIPPED' | 'DELIVERED' | 'CANCELLED';

/** The state machine: the transitions from each status. `step` is the one that the clock makes. */
export const machine: Record<Status, { step: Status | null; isCancellable: boolean }> = {
  PLACED: { step: 'PAID', isCancellable: true },
  PAID: { step: 'PACKED', isCancellable: true },
  PACKED: { step: 'SHIPPED', isCancellable: true },
  SHIPPED: { step: 'DELIVERED', isCancellable: false },
  DELIVERED: { step: null, isCancellable: false },
  CANCELLED: { step: null, isCancellable: false },
};

/** Whether a status is final. */
export function isFinal(status: Status): boolean {
  return machine[status].step === null;
}

/** The statuses through which the clock has moved an order to `status`, including the latter. */
export function pathTo(status: Status): Status[] {
  const path: Status[] = ['PLACED'];
  while (path.at(-1) !== status) {
    const { step } = machine[path.at(-1)!];
    if (step === null) return ['PLACED', status];
    path.push(step);
  }
  return path;
}

/** The status as the proto enum. */
export function toProto(status: Status): orders.OrderStatus {
  return orders.OrderStatus[status];
}

/** The status of a proto enum; undefined for UNSPECIFIED. */
export function fromProto(status: orders.OrderStatus): Status | undefined {
  return status === orders.OrderStatus.UNSPECIFIED ? undefined : (orders.OrderStatus[status] as Status);
}
