import type { ResourceServer } from "@scope-registry/client/messages";
import { hrefOf } from "../navigation/place.ts";
import { Fact, Facts } from "../parts/facts.tsx";
import { Moment } from "../parts/moment.tsx";
import { ScopeName } from "../parts/scope-name.tsx";
import { numberText } from "../time-text.ts";
import { ContactLink } from "./contact-link.tsx";
import { modeExplanation, modeText } from "./mode-text.ts";

/** The settings of a resource server, and what is known of its registrations. */
export function ServerFacts({ server }: { readonly server: ResourceServer }) {
  const { contact, namePrefixes, mode, maySetDefaults, release, createTime, updateTime, revision } = server;
  return (
    <Facts>
      <Fact name="Contact">{contact === "" ? "None" : <ContactLink contact={contact} />}</Fact>
      <Fact name="Registration">
        {modeText(mode)}: {modeExplanation(mode)}
      </Fact>
      <Fact name="Prefixes">
        {namePrefixes.length === 0 ? (
          "None"
        ) : (
          <ul>
            {namePrefixes.map((prefix) => (
              <li key={prefix}>
                <ScopeName name={prefix} />
              </li>
            ))}
          </ul>
        )}
      </Fact>
      <Fact name="Defaults">{maySetDefaults ? "It may make its scopes defaults" : "As its token allows"}</Fact>
      <Fact name="Release">{release === 0n ? "None given" : numberText(Number(release))}</Fact>
      <Fact name="First seen">
        <Moment time={createTime} />
      </Fact>
      <Fact name="Changed">
        <Moment time={updateTime} />
      </Fact>
      <Fact name="Revision">
        <a href={hrefOf({ page: "change", revision: String(revision) })}>{numberText(Number(revision))}</a>
      </Fact>
    </Facts>
  );
}
