/**
 * How many calls a connection may have before it is replaced. Servers that end each connection after so many calls (nginx,
 * `keepalive_requests`) are sent no more on one than they take: what they disclaim would have to come again, behind calls that
 * came later.
 */
export class AcceptedCalls {
  /** Infinity until two connections in a row were ended after as many calls. */
  max = Infinity;
  private last = 0;

  /** A server has ended a connection, and disclaimed the calls after these; Infinity where it took all. */
  cutOff(accepted: number): void {
    this.max = accepted > 0 && accepted === this.last ? accepted : Infinity;
    this.last = accepted;
  }
}
