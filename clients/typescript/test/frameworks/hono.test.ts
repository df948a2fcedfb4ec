import { getRequestListener } from "@hono/node-server";
import { createBillingApi } from "../../examples/hono.ts";
import { describeGuardedApi } from "./http-guard-acceptance.ts";
import { listen } from "./listen.ts";

describeGuardedApi("Hono", ({ issuer, scopes }) =>
  listen(getRequestListener(createBillingApi({ issuer: issuer.issuer, scopes }).fetch)),
);
