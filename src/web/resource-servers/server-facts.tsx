import type { ResourceServer } from "@scope-registry/client/messages";
import { ChangeFacts } from "../parts/change-facts.tsx";
import { Fact, Facts } from "../parts/facts.tsx";
import { Moment } from "../parts/moment.tsx";
import { ScopeNames } from "../parts/scope-name.tsx";
import { numberText } from "../time-text.ts";
import { ContactLink } from "./contact-link.tsx";
import { modeExplanation, modeText } from "./mode-text.ts";

/** The settings of a resource server, and what is known of its registrations. */
export function ServerFacts({ server }: { readonly server: ResourceServer }) {
  const { contact, namePrefixes, mode, maySetDefaults, release, createTime } = server;
  return (
    <Facts>
      <Fact name="Contact">{contact === "" ? "None" : <ContactLink contact={contact} />}</Fact>
      <Fact name="Registration">
        {modeText(mode)}: {modeExplanation(mode)}
      </Fact>
      <Fact name="Prefixes">{namePrefixes.length === 0 ? "None" : <ScopeNames names={namePrefixes} />}</Fact>
      <Fact name="Defaults">{maySetDefaults ? "It may make its scopes defaults" : "As its token allows"}</Fact>
      <Fact name="Release">{release === 0n ? "None given" : numberText(Number(release))}</Fact>
      <Fact name="First seen">
        <Moment time={createTime} />
      </Fact>
      <ChangeFacts of={server} />
    </Facts>
  );
}
