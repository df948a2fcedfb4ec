import type { ResourceServer } from "@scope-registry/client/messages";
import { useState } from "preact/hooks";
import { useCatalogue } from "../catalogue.ts";
import { Moment } from "../parts/moment.tsx";
import { OwnerLink } from "../parts/owner-link.tsx";
import { Problem } from "../parts/problem.tsx";
import { ScopeName } from "../parts/scope-name.tsx";
import { Skeleton } from "../parts/skeleton.tsx";
import { useAnswer } from "../parts/use-answer.ts";
import { useChangeOf } from "../parts/use-change-of.ts";
import { numberText } from "../time-text.ts";
import { modeText } from "./mode-text.ts";
import { NoServers } from "./no-servers.tsx";

/** How many are read at once. */
const PAGE = 200;
/** How many prefixes of one are shown. */
const PREFIXES = 3;

/** The resource servers that the registry knows, with their settings, for administrators. */
export function KnownServers() {
  const { calls, feed } = useCatalogue();
  const [pages, setPages] = useState(1);
  const { revision } = feed.status.value;
  const anew = useChangeOf("resource servers", ({ all }) => all);
  const [answer, again] = useAnswer(
    async (signal) => {
      const servers: ResourceServer[] = [];
      let pageToken = "";
      for (let page = 0; page < pages; page++) {
        const { resourceServers, nextPageToken } = await calls.admin.listResourceServers(
          { pageSize: PAGE, pageToken },
          { signal },
        );
        servers.push(...resourceServers);
        pageToken = nextPageToken;
        if (pageToken === "") break;
      }
      return { servers, more: pageToken !== "" };
    },
    "resource servers",
    [pages, revision, anew],
  );
  if (answer.kind === "failed") return <Problem error={answer.error} onRetry={again} />;
  if (answer.kind === "waiting") return <Skeleton rows={8} />;
  const { servers, more } = answer.value;
  if (servers.length === 0) return <NoServers />;
  return (
    <>
      <table class="listing server-table">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col" class="mode">
              Mode
            </th>
            <th scope="col" class="prefixes">
              Prefixes
            </th>
            <th scope="col" class="number">
              Scopes
            </th>
            <th scope="col" class="time">
              Last change
            </th>
          </tr>
        </thead>
        <tbody>
          {servers.map((server) => (
            <Row key={server.name} server={server} />
          ))}
        </tbody>
      </table>
      {more && (
        <button type="button" class="button quiet" onClick={() => setPages(pages + 1)}>
          Show more
        </button>
      )}
    </>
  );
}

function Row({ server }: { readonly server: ResourceServer }) {
  const { name, displayName, mode, namePrefixes, scopeCount, updateTime } = server;
  const further = namePrefixes.length - PREFIXES;
  return (
    <tr>
      <td>
        <OwnerLink owner={name} />
        {displayName !== "" && (
          <span class="hint clamped" dir="auto">
            {displayName}
          </span>
        )}
      </td>
      <td class="mode">{modeText(mode)}</td>
      <td class="prefixes">
        {namePrefixes.slice(0, PREFIXES).map((prefix) => (
          <ScopeName key={prefix} name={prefix} />
        ))}
        {further > 0 && <span class="hint">and {further} more</span>}
      </td>
      <td class="number">{numberText(scopeCount)}</td>
      <td class="time nowrap">
        <Moment time={updateTime} />
      </td>
    </tr>
  );
}
