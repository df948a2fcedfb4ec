import type { Scope } from "@scope-registry/client/messages";
import { ChangeFacts } from "../parts/change-facts.tsx";
import { Fact, Facts } from "../parts/facts.tsx";
import { Moment } from "../parts/moment.tsx";
import { OwnerLink } from "../parts/owner-link.tsx";
import { ScopeNames } from "../parts/scope-name.tsx";
import { StateMark } from "../parts/state-mark.tsx";
import { stateNameOf } from "../registry/state-name.ts";

/** What a scope is, beside what it allows. */
export function ScopeFacts({ scope }: { readonly scope: Scope }) {
  const { owner, state, resources, isDefault, restricted, unlisted, aliases, createTime } = scope;
  return (
    <Facts>
      <Fact name="State">
        <StateMark state={stateNameOf(state)} />
      </Fact>
      <Fact name="Owner">
        <OwnerLink owner={owner} />
      </Fact>
      <Fact name="Resources">{resources.length === 0 ? "Tied to none" : <ScopeNames names={resources} />}</Fact>
      <Fact name="Default">{isDefault ? "Yes, where a request names no scope" : "No"}</Fact>
      <Fact name="Restricted">{restricted ? "Yes, to clients with a grant" : "No"}</Fact>
      <Fact name="Unlisted">{unlisted ? "Yes, left out of public lists" : "No"}</Fact>
      {aliases.length > 0 && (
        <Fact name="Aliases">
          <ScopeNames names={aliases} />
        </Fact>
      )}
      <Fact name="Created">
        <Moment time={createTime} />
      </Fact>
      <ChangeFacts of={scope} />
    </Facts>
  );
}
