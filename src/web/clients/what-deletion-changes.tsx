import type { ClientPolicy } from "@scope-registry/client/messages";
import { useCatalogue } from "../catalogue.ts";
import { ALL_SCOPES, hrefOf } from "../navigation/place.ts";
import { ScopeLink } from "../parts/scope-name.tsx";
import { useAnswer } from "../parts/use-answer.ts";
import type { ScopeRow } from "../registry/feed.ts";
import { countText, numberText } from "../time-text.ts";

/** How many names of a list are told. */
const SHOWN = 8;
/** How many defaults are looked at: a registry has some, and a client gets those that are valid and not restricted. */
const LOOKED_AT = 200;

/** What deleting a client's policy changes for it. */
export function WhatDeletionChanges({ policy }: { readonly policy: ClientPolicy }) {
  const { allowedScopes, defaultScopes, grantedScopes } = policy;
  const hasNothing = allowedScopes.length + defaultScopes.length + grantedScopes.length === 0;
  if (hasNothing)
    return <p>It has no ceiling, no defaults of its own and no grants: nothing changes for the client.</p>;
  return (
    <div class="breaks breaks-much">
      <h3>What that changes</h3>
      <ul>
        {grantedScopes.length > 0 && (
          <li>
            It loses {countText(grantedScopes.length, "grant")}: <Names names={grantedScopes} />. As far as they are
            restricted, it is refused them from its next token request on.
          </li>
        )}
        {allowedScopes.length > 0 && (
          <li>
            It has no ceiling any more: beside <Names names={allowedScopes} /> it may ask for every scope that is not
            restricted.
          </li>
        )}
        <li>
          <DefaultsOfEverybody own={defaultScopes} />
        </li>
      </ul>
      <p>Tokens that it already has stay as they are until they expire. The history keeps what the policy was.</p>
    </div>
  );
}

/** What a client without a policy gets where it names no scope. */
function DefaultsOfEverybody({ own }: { readonly own: readonly string[] }) {
  const { feed } = useCatalogue();
  const query = { ...ALL_SCOPES, defaultsOnly: true };
  const { revision } = feed.status.value;
  const [answer] = useAnswer(
    async (signal) => {
      // The feed answers before it knows anything, too: that there are none then is not known.
      if (revision === 0) return undefined;
      const { rows } = await feed.list(query, { start: 0, count: LOOKED_AT }, signal);
      return rows.filter(isGranted).map(({ name }) => name);
    },
    "defaults",
    [revision],
  );
  const known = answer.kind === "answered" ? answer.value : undefined;
  const names = known ?? [];
  const inPlace = own.length > 0 && (
    <>
      {" "}
      in place of its own (<Names names={own} />)
    </>
  );
  if (known?.length === 0) {
    return <>Where it names no scope, it gets nothing{inPlace}: no scope is a default of everybody.</>;
  }
  return (
    <>
      Where it names no scope, it gets{inPlace}{" "}
      <a href={hrefOf({ page: "scopes", query })}>the defaults of everybody</a>, as far as they fit the resources that
      it asks for{names.length > 0 && ": "}
      <Names names={names} />.
    </>
  );
}

function isGranted({ state, isProposed, restricted }: ScopeRow): boolean {
  const isInForce = state === "active" || state === "deprecated" || isProposed;
  return isInForce && !restricted;
}

function Names({ names }: { readonly names: readonly string[] }) {
  const more = names.length - SHOWN;
  return (
    <>
      {names.slice(0, SHOWN).map((name, at) => (
        <span key={name}>
          {at > 0 && ", "}
          <ScopeLink name={name} />
        </span>
      ))}
      {more > 0 && ` and ${numberText(more)} more`}
    </>
  );
}
