import type { ProcessUsage } from "../../test/support/process-usage.ts";
import { type MeasuredProcess, startMeasuredProcess } from "../harness/measured-process.ts";
import type { HttpLoadSpec, LoadExtent, LoadResult, LoadSpec } from "./load-result.ts";

/** What a server did under load. */
export interface ServedLoad extends LoadResult {
  /** Microseconds of the server's CPU time a request. */
  readonly cpuMicros: number;
  readonly perSecond: number;
}

/** Calls a server, from a process of its own. */
export interface LoadGenerator extends AsyncDisposable {
  /** Loads the server for so long, or with so many calls. */
  run(extent: LoadExtent): Promise<ServedLoad>;
}

/**
 * Opens the connections of a load.
 *
 * @param usage what the server has used so far
 */
export function openLoad(spec: LoadSpec, usage: () => Promise<ProcessUsage>): Promise<LoadGenerator> {
  return open("load-process.ts", spec, usage);
}

/**
 * Makes a load over HTTP/1.1.
 *
 * @param usage what the server has used so far
 */
export function openHttpLoad(spec: HttpLoadSpec, usage: () => Promise<ProcessUsage>): Promise<LoadGenerator> {
  return open("http-load-process.ts", spec, usage);
}

async function open(
  file: string,
  spec: LoadSpec | HttpLoadSpec,
  usage: () => Promise<ProcessUsage>,
): Promise<LoadGenerator> {
  const client: MeasuredProcess = startMeasuredProcess({ file: `bench/load/${file}` });
  await client.ask({ open: spec });
  return {
    run: (extent) => servedLoad(usage, () => client.ask<LoadResult>({ run: extent })),
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}

/** What a server did under load, whoever makes the calls. */
export async function servedLoad(
  usage: () => Promise<ProcessUsage>,
  run: () => Promise<LoadResult>,
): Promise<ServedLoad> {
  const before = await usage();
  const result = await run();
  const after = await usage();
  return {
    ...result,
    cpuMicros: (after.cpuMicros - before.cpuMicros) / result.requests,
    perSecond: result.requests / result.seconds,
  };
}
