import { isScopeName } from "@scope-registry/client/judging";
import { useCatalogue } from "../catalogue.ts";
import { ALL_CHANGES, ALL_SCOPES, hrefOf } from "../navigation/place.ts";
import { PageTitle } from "../parts/page-title.tsx";
import { ScopeLink, ScopeName } from "../parts/scope-name.tsx";
import { ScopeTable } from "../parts/scope-table.tsx";
import { useAnswer } from "../parts/use-answer.ts";
import { useRights } from "../sign-in/use-rights.ts";
import { findNear } from "./find-near.ts";

/** What is shown at a name that no scope has: what it may have been meant for. */
export function UnknownScope({ name }: { readonly name: string }) {
  const { calls, feed } = useCatalogue();
  const { history } = useRights();
  const { phase, revision } = feed.status.value;
  const [answer] = useAnswer((signal) => findNear(name, calls, feed, signal), name, [phase, revision]);
  const near = answer.kind === "answered" ? answer.value : undefined;
  return (
    <article class="stacked">
      <PageTitle name={name}>
        <ScopeName name={name} />
      </PageTitle>
      <div aria-live="polite">
        {near?.aliasOf !== undefined ? (
          <p>
            This is another name of <ScopeLink name={near.aliasOf} />. A client that asks for it is granted that scope,
            with a warning.
          </p>
        ) : near?.family !== undefined ? (
          <p>
            This is an instance of the family <ScopeLink name={near.family} />.
          </p>
        ) : (
          <p>No scope has this name{isScopeName(name) ? "" : ", and none can have it (RFC 6749 section 3.3)"}.</p>
        )}
      </div>
      {near !== undefined && near.aliasOf === undefined && near.family === undefined && near.nearest.length > 0 && (
        <section class="section" aria-labelledby="nearest-title">
          <h2 id="nearest-title">Names like it</h2>
          <ScopeTable scopes={near.nearest} />
        </section>
      )}
      {history && (
        <p>
          <a href={hrefOf({ page: "changes", query: { ...ALL_CHANGES, scope: name } })}>What was ever changed of it</a>
        </p>
      )}
      <p>
        <a href={hrefOf({ page: "scopes", query: ALL_SCOPES })}>All scopes</a>
      </p>
    </article>
  );
}
