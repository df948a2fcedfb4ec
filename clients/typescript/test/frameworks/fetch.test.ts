import { getRequestListener } from "@hono/node-server";
import { createBillingApi } from "../../examples/fetch.ts";
import { describeGuardedApi } from "./http-guard-acceptance.ts";
import { listen } from "./listen.ts";

describeGuardedApi("bare fetch handlers", ({ issuer, connection, scopes }) =>
  listen(getRequestListener(createBillingApi({ issuer: issuer.issuer, connection, scopes }))),
);
