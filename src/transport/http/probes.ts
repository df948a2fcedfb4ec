/** What an orchestrator asks: does the process live, and should it get calls. */

/** The state of the server, as the probes show it. */
export interface ServerStatus {
  /** Whether calls should be sent here: from the first loaded index until shutdown. */
  readonly ready: boolean;
  /** Why not, or what does not work although calls are answered; empty: all is well. */
  readonly reason: string;
  readonly revision: number;
  /** When the index was last known to be the newest, in milliseconds since 1970-01-01T00:00:00Z. */
  readonly asOf: number;
  /** Whether the store can be written. */
  readonly writes: boolean;
}

/** One answer in JSON. */
export interface JsonAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

type Probe = (status: () => ServerStatus) => JsonAnswer;

/** What is answered at the paths that are no calls. Nobody needs a token there: orchestrators have none. */
export const PROBES: ReadonlyMap<string, Probe> = new Map<string, Probe>([
  ["/healthz", () => ({ status: 200, body: { status: "alive" } })],
  ["/readyz", (status) => describeReadiness(status())],
]);

/** The answer of a path that is no call: a probe's, or not found. */
export function answerProbe(path: string, status: () => ServerStatus): JsonAnswer {
  const probe = PROBES.get(path);
  if (probe !== undefined) return probe(status);
  return { status: 404, body: { error: "not_found", error_description: "There is nothing at this path" } };
}

function describeReadiness({ ready, reason, revision, asOf, writes }: ServerStatus): JsonAnswer {
  return {
    status: ready ? 200 : 503,
    body: {
      status: ready ? "ready" : "not_ready",
      ...(reason === "" ? {} : { reason }),
      revision,
      as_of: new Date(asOf).toISOString(),
      age_seconds: Math.max(0, Math.round((Date.now() - asOf) / 1_000)),
      writes: writes ? "available" : "unavailable",
    },
  };
}
