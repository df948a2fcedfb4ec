/** That a scope was granted to a client, in `usage`. */
export interface UseDocument {
  /** In this order: it is part of the identity. */
  _id: { scope: string; client: string };
  /** The beginning of the last day on which it was, in UTC. */
  day: Date;
}
