/**
 * The number of calls per connection before it is replaced. Servers that close each connection after a number of calls
 * (nginx, `keepalive_requests`) receive no more than they accept: unprocessed calls would have to be sent again, after
 * calls that came later.
 */
export class AcceptedCalls {
  /** Infinity until two consecutive connections were closed after the same number of calls. */
  max = Infinity;
  private last = 0;

  /** Records that a server has closed a connection after this number of calls; Infinity if it processed all. */
  cutOff(accepted: number): void {
    this.max = accepted > 0 && accepted === this.last ? accepted : Infinity;
    this.last = accepted;
  }
}
