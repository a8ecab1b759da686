import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';

/** Whether the gateway is ready for traffic: false during start and shutdown; upstreams do not affect it. */
@Injectable()
export class Readiness implements BeforeApplicationShutdown {
  isReady = false;

  /** Marks the gateway as ready, once its ports are open. */
  opened(): void {
    this.isReady = true;
  }

  beforeApplicationShutdown(): void {
    this.isReady = false;
  }
}
