import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';

/** Whether the gateway wants traffic: not while it starts, not while it drains, whatever its upstreams do. */
@Injectable()
export class Readiness implements BeforeApplicationShutdown {
  isReady = false;

  /** The ports are open. */
  opened(): void {
    this.isReady = true;
  }

  beforeApplicationShutdown(): void {
    this.isReady = false;
  }
}
