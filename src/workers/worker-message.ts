/** What a worker tells its primary about its start; sent as JSON. */
export type WorkerMessage = WorkerServing | WorkerRefused;

/** The worker serves. */
export interface WorkerServing {
  readonly kind: "serving";
  readonly grpcPort: number;
  readonly httpPort: number;
  /** What the registry lives in, for people. */
  readonly storeDescription: string;
}

/** The worker cannot start, and ends. */
export interface WorkerRefused {
  readonly kind: "refused";
  /** Says what to do. */
  readonly sentence: string;
}
