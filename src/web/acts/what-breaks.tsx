import { type Scope, ScopeState, type ScopeUsage } from "@scope-registry/client/messages";
import { ClientLinks } from "../parts/client-links.tsx";
import { ScopeLink } from "../parts/scope-name.tsx";
import { countText } from "../time-text.ts";

/** What taking a scope away would break, and what clients are told instead. */
export function WhatBreaks({ scope, usage }: { readonly scope: Scope; readonly usage: ScopeUsage }) {
  const { lastValidatedDay, clientIds, grantCount, grantedClientIds, isDefault, inUse } = usage;
  return (
    <div class={inUse ? "breaks breaks-much" : "breaks"}>
      <h3>{inUse ? "What it would break" : "It would break nothing that the registry knows of"}</h3>
      <ul>
        {clientIds.length > 0 && (
          <li>
            {countText(clientIds.length, "client")} had it validated in the last 90 days, last on {lastValidatedDay}:{" "}
            <ClientLinks ids={clientIds} />
          </li>
        )}
        {clientIds.length === 0 && (
          <li>
            {lastValidatedDay === "" ? "It was never validated." : `It was last validated on ${lastValidatedDay}.`}
          </li>
        )}
        {grantCount > 0 && (
          <li>
            {countText(grantCount, "client")} {grantCount === 1 ? "holds" : "hold"} a grant:{" "}
            <ClientLinks ids={grantedClientIds} />
          </li>
        )}
        {isDefault && <li>It is a default: requests that name no scope would be granted without it.</li>}
      </ul>
      <p>
        {scope.replacedBy === "" ? (
          "No replacement is named: clients are not told what to ask for instead."
        ) : (
          <>
            Clients are told to ask for <ScopeLink name={scope.replacedBy} /> instead.
          </>
        )}
        {inUse && scope.state === ScopeState.ACTIVE && " To warn them first, its owner declares it deprecated."}
      </p>
    </div>
  );
}
