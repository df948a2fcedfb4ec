import { Code, ConnectError } from "@connectrpc/connect";
import type { ClientPolicy } from "@scope-registry/client/messages";
import { GrantForm } from "../acts/grant-form.tsx";
import { useCatalogue } from "../catalogue.ts";
import { ClientGrants } from "../clients/client-grants.tsx";
import { PolicyForm } from "../clients/policy-form.tsx";
import { ALL_CHANGES, hrefOf } from "../navigation/place.ts";
import { ChangeTimeline } from "../parts/change-timeline.tsx";
import { NeedsRight } from "../parts/needs-right.tsx";
import { PageTitle } from "../parts/page-title.tsx";
import { Problem } from "../parts/problem.tsx";
import { Skeleton } from "../parts/skeleton.tsx";
import { useAnswer } from "../parts/use-answer.ts";
import type { Calls } from "../registry/calls.ts";
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
  if (answer.kind === "failed") return <Problem error={answer.error} onRetry={again} />;
  if (answer.kind === "waiting") return <Skeleton rows={6} />;
  const policy = answer.value;
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
        <PolicyForm clientId={id} policy={policy} onDone={again} />
      </section>
      <section>
        <h2>History</h2>
        <ChangeTimeline query={{ ...ALL_CHANGES, client: id }} limit={5} />
      </section>
    </div>
  );
}

/** The policy; undefined: the client has none, and no grants. */
async function readPolicy(
  admin: Calls["admin"],
  clientId: string,
  signal: AbortSignal,
): Promise<ClientPolicy | undefined> {
  try {
    return (await admin.getClientPolicy({ clientId }, { signal })).clientPolicy;
  } catch (error) {
    if (ConnectError.from(error).code === Code.NotFound) return undefined;
    throw error;
  }
}
