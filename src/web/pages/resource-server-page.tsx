import type { Scope } from "@scope-registry/client/messages";
import { useRef } from "preact/hooks";
import { useCatalogue } from "../catalogue.ts";
import { ALL_SCOPES, hrefOf } from "../navigation/place.ts";
import { NeedsRight } from "../parts/needs-right.tsx";
import { PageTitle } from "../parts/page-title.tsx";
import { Problem } from "../parts/problem.tsx";
import { ScopeTable } from "../parts/scope-table.tsx";
import { Section } from "../parts/section.tsx";
import { Skeleton } from "../parts/skeleton.tsx";
import { useAnswer } from "../parts/use-answer.ts";
import { useChangeOf } from "../parts/use-change-of.ts";
import { useFeedBegun } from "../parts/use-feed-begun.ts";
import { stateNameOf } from "../registry/state-name.ts";
import { readServer } from "../resource-servers/read-server.ts";
import { ResourceMetadata } from "../resource-servers/resource-metadata.tsx";
import { ServerFacts } from "../resource-servers/server-facts.tsx";
import { useOwned } from "../resource-servers/use-owned.ts";
import { useRights } from "../sign-in/use-rights.ts";
import { numberText } from "../time-text.ts";

/** How many of its scopes are shown: the list of scopes has all. */
const SHOWN = 50;

/** A resource server: its scopes, its resources and, for who may see them, its settings. */
export function ResourceServerPage({ name }: { readonly name: string }) {
  const { calls } = useCatalogue();
  const { history: mayKnow } = useRights();
  const owned = useOwned(name);
  const shown = useRef<readonly Scope[]>([]);
  const changed = useChangeOf(name, ({ names, all }) => all || shown.current.some((scope) => names.has(scope.name)));
  const begun = useFeedBegun();
  const [answer, again] = useAnswer(
    async (signal) => {
      const [list, server] = await Promise.all([
        calls.registry.listScopes(
          { owner: name, pageSize: SHOWN, minRevision: BigInt(changed?.revision ?? 0) },
          { signal },
        ),
        mayKnow ? readServer(name, calls, signal) : undefined,
      ]);
      shown.current = list.scopes;
      return { list, server };
    },
    name,
    [changed, begun, owned?.scopes, mayKnow],
  );
  if (answer.kind === "failed") {
    return (
      <>
        <ServerTitle name={name} displayName="" />
        <Problem error={answer.error} onRetry={again} />
      </>
    );
  }
  if (answer.kind === "waiting") return <Skeleton rows={8} />;
  const { list, server } = answer.value;
  if (server === undefined && list.totalSize === 0) return <UnknownServer name={name} />;
  const resources = server?.resources ?? owned?.resources ?? [];
  const displayName = server?.displayName ?? "";
  return (
    <article class="with-aside">
      <div>
        <ServerTitle name={name} displayName={displayName} />
        {displayName !== "" && <bdi class="scope-name">{name}</bdi>}
      </div>
      <div class="aside">
        {server === undefined ? (
          <NeedsRight what="More about it, such as its contact and its last release," ownToo />
        ) : (
          <ServerFacts server={server} />
        )}
      </div>
      <Section id="scopes" title="Scopes">
        {list.totalSize === 0 ? (
          <p class="hint">It has none.</p>
        ) : (
          <>
            <ScopeTable scopes={list.scopes.map((scope) => ({ ...scope, state: stateNameOf(scope.state) }))} />
            <p>
              <a href={hrefOf({ page: "scopes", query: { ...ALL_SCOPES, owners: [name] } })}>
                {list.totalSize > list.scopes.length
                  ? `All ${numberText(list.totalSize)} scopes of it`
                  : "Search and narrow them"}
              </a>
            </p>
          </>
        )}
      </Section>
      <Section id="resources" title="Resources">
        {resources.length === 0 ? (
          <p class="hint">Its scopes are tied to none.</p>
        ) : (
          <>
            <p class="hint">Each has metadata (RFC 9728) that clients find its scopes and issuers by.</p>
            {resources.map((resource) => (
              <ResourceMetadata key={resource} resource={resource} />
            ))}
          </>
        )}
      </Section>
    </article>
  );
}

function ServerTitle({ name, displayName }: { readonly name: string; readonly displayName: string }) {
  return (
    <PageTitle name={name}>
      <bdi class="breakable">{displayName === "" ? name : displayName}</bdi>
    </PageTitle>
  );
}

function UnknownServer({ name }: { readonly name: string }) {
  return (
    <article class="stacked">
      <ServerTitle name={name} displayName="" />
      <p>No scope belongs to a resource server of this name.</p>
      <p>
        <a href={hrefOf({ page: "resource-servers" })}>All resource servers</a>
      </p>
    </article>
  );
}
