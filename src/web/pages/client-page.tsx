import type { ClientPolicy } from "@scope-registry/client/messages";
import { useState } from "preact/hooks";
import { Done } from "../acts/done.tsx";
import { GrantForm } from "../acts/grant-form.tsx";
import { useCatalogue } from "../catalogue.ts";
import { ClientGrants } from "../clients/client-grants.tsx";
import { DeletePolicy } from "../clients/delete-policy.tsx";
import { PolicyForm } from "../clients/policy-form.tsx";
import { readPolicy } from "../clients/read-policy.ts";
import { ALL_CHANGES, hrefOf } from "../navigation/place.ts";
import { ChangeTimeline } from "../parts/change-timeline.tsx";
import { NeedsRight } from "../parts/needs-right.tsx";
import { PageTitle } from "../parts/page-title.tsx";
import { Problem } from "../parts/problem.tsx";
import { Skeleton } from "../parts/skeleton.tsx";
import { useAnswer } from "../parts/use-answer.ts";
import { useRights } from "../sign-in/use-rights.ts";

/** What a client may ask for, and what those who may change of it. */
export function ClientPage({ id }: { readonly id: string }) {
  const { admin } = useRights();
  return (
    <>
      <p class="crumbs">
        <a href={hrefOf({ page: "clients" })}>Clients</a>
      </p>
      <PageTitle name={id}>
        <bdi class="client-id">{id}</bdi>
      </PageTitle>
      {admin ? <Policy key={id} id={id} /> : <NeedsRight what="What a client may ask for" />}
    </>
  );
}

function Policy({ id }: { readonly id: string }) {
  const { admin } = useCatalogue().calls;
  const [answer, again] = useAnswer((signal) => readPolicy(admin, id, signal), id, []);
  const [deleted, setDeleted] = useState<{ readonly policy: ClientPolicy | undefined; readonly revision: bigint }>();
  if (answer.kind === "failed") return <Problem error={answer.error} onRetry={again} />;
  if (answer.kind === "waiting") return <Skeleton rows={6} />;
  // What was shown when it was deleted is gone, although it is not read anew yet.
  const policy = answer.value === deleted?.policy ? undefined : answer.value;
  const onDeleted = (revision: bigint) => {
    setDeleted({ policy: answer.value, revision });
    again();
  };
  return (
    <div class="client">
      {policy === undefined && (
        <p class="hint">
          The registry knows nothing of this client, and it needs nothing: it may ask for every scope that is not
          restricted.
        </p>
      )}
      <section>
        <h2>Grants</h2>
        <p class="hint">Restricted scopes that it is given all the same.</p>
        <ClientGrants clientId={id} granted={policy?.grantedScopes ?? []} onDone={again} />
        <GrantForm clientId={id} onDone={again} />
      </section>
      <section>
        <h2>Ceiling and defaults</h2>
        <PolicyForm key={String(deleted?.revision)} clientId={id} policy={policy} onDone={again} />
      </section>
      {(policy !== undefined || deleted !== undefined) && (
        <section>
          <h2>Delete the policy</h2>
          {policy !== undefined && (
            <>
              <p class="hint">Grants, ceiling and defaults at once. You are shown first what that changes.</p>
              <DeletePolicy clientId={id} onDone={onDeleted} onLeft={again} />
            </>
          )}
          {deleted !== undefined && <Done revision={deleted.revision}>Deleted</Done>}
        </section>
      )}
      <section>
        <h2>History</h2>
        <ChangeTimeline query={{ ...ALL_CHANGES, client: id }} limit={5} />
      </section>
    </div>
  );
}
