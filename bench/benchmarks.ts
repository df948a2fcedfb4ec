import { catalogue } from "./cases/catalogue.ts";
import { django } from "./cases/django.ts";
import { introspect } from "./cases/introspect.ts";
import { judging } from "./cases/judging.ts";
import { listing } from "./cases/listing.ts";
import { openfga } from "./cases/openfga.ts";
import { propagation } from "./cases/propagation.ts";
import { registering } from "./cases/registering.ts";
import { replacedExtension } from "./cases/replaced-extension.ts";
import { replicaStart } from "./cases/replica-start.ts";
import { restarts } from "./cases/restarts.ts";
import { size } from "./cases/size.ts";
import { starting } from "./cases/starting.ts";
import { validateScopes } from "./cases/validate-scopes.ts";
import { watchers } from "./cases/watchers.ts";
import { workers } from "./cases/workers.ts";
import type { Benchmark } from "./harness/benchmark.ts";

/** All benchmarks, in the order in which they run. */
export const BENCHMARKS: readonly Benchmark[] = [
  validateScopes,
  size,
  judging,
  introspect,
  watchers,
  listing,
  catalogue,
  replicaStart,
  starting,
  openfga,
  replacedExtension,
  django,
  registering,
  restarts,
  propagation,
  workers,
];
