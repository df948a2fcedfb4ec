/** A process that holds a registry's state as the server does, and tells how much memory a scope takes in it. */
import { RegistryState } from "../../src/registry/registry-state.ts";
import type { KindedRecord } from "../../src/store/scope-log.ts";
import { recordFromJson } from "../../src/store/sqlite/json-records.ts";
import { answerQuestions } from "../harness/answer-questions.ts";
import { benchScope, SCOPES_PER_OWNER } from "../registry/bench-scopes.ts";

const BATCH = 1_000;

/** What the process is asked: to load so many scopes. */
export interface IndexQuestion {
  readonly load?: { readonly scopes: number };
}

/** Kept, so that it is in memory when that is measured. */
let state: RegistryState | undefined;

answerQuestions<IndexQuestion>(
  ({ load }) => {
    if (load === undefined) return undefined;
    const before = used();
    const loaded = new RegistryState();
    for (let at = 0; at < load.scopes; at += BATCH)
      loaded.load(Array.from({ length: BATCH }, (_, in_) => read(at + in_)));
    loaded.finishLoading(1);
    // As they are once somebody has listed, and every owner has registered again.
    loaded.namesOf();
    for (let owner = 0; owner < load.scopes / SCOPES_PER_OWNER; owner++) loaded.contentDigestOf(`api-${owner}`);
    state = loaded;
    return { bytesEach: (used() - before) / state.scopes.size };
  },
  { keepsAlive: true },
);

/** As it comes from a store: with no part shared. */
function read(at: number): KindedRecord {
  return recordFromJson("scope", JSON.stringify(benchScope(at)));
}

function used(): number {
  for (let times = 0; times < 3; times++) globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
