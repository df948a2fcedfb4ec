import type { ProcessFigures } from "../observability/metrics/process-figures.ts";

/** What a worker tells its primary; sent as JSON. */
export type WorkerMessage = WorkerServing | WorkerRefused | FiguresWanted | WorkerFigures;

/** What a primary tells a worker; sent as JSON. */
export type PrimaryMessage = FiguresAsked | FiguresOfAll;

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

/** The worker was asked for the metrics of all. */
export interface FiguresWanted {
  readonly kind: "figures-wanted";
}

/** The worker's own figures, which it was asked for. */
export interface WorkerFigures {
  readonly kind: "figures";
  /** That of {@link FiguresAsked}. */
  readonly round: number;
  readonly figures: ProcessFigures;
}

/** All workers are asked for their figures. */
export interface FiguresAsked {
  readonly kind: "figures-asked";
  readonly round: number;
}

/** What the worker wanted. */
export interface FiguresOfAll {
  readonly kind: "figures-of-all";
  readonly figures: readonly ProcessFigures[];
}
