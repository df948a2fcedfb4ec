import { useState } from "preact/hooks";
import { useCatalogue } from "../catalogue.ts";
import { ALL_SCOPES } from "../navigation/place.ts";
import { OwnerLink } from "../parts/owner-link.tsx";
import { Problem } from "../parts/problem.tsx";
import { Skeleton } from "../parts/skeleton.tsx";
import { useAnswer } from "../parts/use-answer.ts";
import { numberText } from "../time-text.ts";
import { NoServers } from "./no-servers.tsx";

/** The resource servers that have scopes, as the scopes name them: all that a reader is told. */
export function ServersOfScopes() {
  const { feed } = useCatalogue();
  const [text, setText] = useState("");
  const { phase, revision } = feed.status.value;
  const [answer, again] = useAnswer((signal) => feed.facet("owners", ALL_SCOPES, text, signal), "owners", [
    text,
    phase,
    revision,
  ]);
  if (answer.kind === "failed") return <Problem error={answer.error} onRetry={again} />;
  if (answer.kind === "waiting" || (phase === "connecting" && answer.value.total === 0)) return <Skeleton rows={8} />;
  const owners = answer.value.values.filter(({ value }) => value !== "");
  if (owners.length === 0 && text === "") return <NoServers />;
  return (
    <>
      <div class="form narrow">
        <input
          type="search"
          aria-label="Filter by name"
          placeholder="Filter by name"
          value={text}
          spellcheck={false}
          autocomplete="off"
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
        <span class="hint" role="status">
          {answer.value.total > owners.length + 1
            ? `The first ${owners.length} of ${numberText(answer.value.total)}`
            : owners.length === 1
              ? "One has scopes"
              : `${numberText(owners.length)} have scopes`}
        </span>
      </div>
      <table class="listing server-table server-table-short">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col" class="number">
              Scopes
            </th>
          </tr>
        </thead>
        <tbody>
          {owners.map(({ value, count }) => (
            <tr key={value}>
              <td>
                <OwnerLink owner={value} />
              </td>
              <td class="number">{numberText(count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
