import { type ClientPolicy, ClientPolicySchema } from "@scope-registry/client";
import { type Detail, describeDetails } from "./details.ts";
import type { Output } from "./output.ts";
import { timeText } from "./words.ts";

/** Prints what a client may ask for. */
export async function printClientPolicy(output: Output, policy: ClientPolicy | undefined): Promise<void> {
  if (policy === undefined) return;
  if (output.json) await output.printJson(ClientPolicySchema, policy);
  else await output.print(...describeDetails(detailsOf(policy), output.paint));
}

function detailsOf({
  clientId,
  allowedScopes,
  defaultScopes,
  grantedScopes,
  updateTime,
  revision,
}: ClientPolicy): Detail[] {
  return [
    ["Client", clientId],
    ["Ceiling", allowedScopes.length === 0 ? "none" : allowedScopes],
    ["Defaults", defaultScopes.length === 0 ? "none of its own" : defaultScopes],
    ["Grants", grantedScopes.length === 0 ? "none" : grantedScopes],
    ["Changed", updateTime === undefined ? "" : `${timeText(updateTime)} at revision ${revision}`],
  ];
}
