import { protoFolder } from '#libs/contracts';
import type { Server } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { HealthImplementation, protoPath as healthProto } from 'grpc-health-check';

/** The health of a service (grpc.health.v1), for the process and for the service by name. */
export class Health {
  private readonly health: HealthImplementation;

  constructor(private readonly service: string) {
    this.health = new HealthImplementation({ '': 'SERVING', [service]: 'SERVING' });
  }

  /** Reports NOT_SERVING from now on. */
  stopServing(): void {
    for (const name of ['', this.service]) this.health.setStatus(name, 'NOT_SERVING');
  }

  /** Answers health checks on this server. */
  addTo(server: Server): void {
    this.health.addToServer(server);
  }
}

/** Answers server reflection (v1 and v1alpha) for a proto file of `libs/contracts` and for health. */
export function addReflection(server: Server, proto: string): void {
  new ReflectionService({
    ...loadSync(proto, { includeDirs: [protoFolder] }),
    ...loadSync(healthProto),
  }).addToServer(server);
}
