import type { ClientPolicy } from "@scope-registry/client/messages";
import { useState } from "preact/hooks";
import { useCatalogue } from "../catalogue.ts";
import { ClientLink } from "../parts/client-links.tsx";
import { Moment } from "../parts/moment.tsx";
import { Problem } from "../parts/problem.tsx";
import { Skeleton } from "../parts/skeleton.tsx";
import { useAnswer } from "../parts/use-answer.ts";
import type { Calls } from "../registry/calls.ts";
import { numberText } from "../time-text.ts";

/** How many clients are read at a time. */
const STEP = 100;

/** The clients that have a policy or grants, by name. */
export function ClientTable() {
  const { admin } = useCatalogue().calls;
  const [count, setCount] = useState(STEP);
  const [answer, again] = useAnswer((signal) => readPolicies(admin, count, signal), "clients", [count]);
  if (answer.kind === "failed") return <Problem error={answer.error} onRetry={again} />;
  if (answer.kind === "waiting") return <Skeleton rows={6} />;
  const { policies, isMore } = answer.value;
  if (policies.length === 0) return <p class="hint">No client has a policy or grants yet.</p>;
  return (
    <>
      <table class="clients">
        <thead>
          <tr>
            <th scope="col">Client</th>
            <th scope="col">Ceiling</th>
            <th scope="col">Defaults</th>
            <th scope="col">Grants</th>
            <th scope="col">Changed</th>
          </tr>
        </thead>
        <tbody>
          {policies.map((policy) => (
            <tr key={policy.clientId}>
              <th scope="row">
                <ClientLink id={policy.clientId} />
              </th>
              <td>{policy.allowedScopes.length === 0 ? "None" : numberText(policy.allowedScopes.length)}</td>
              <td>{numberText(policy.defaultScopes.length)}</td>
              <td>{numberText(policy.grantedScopes.length)}</td>
              <td>
                <Moment time={policy.updateTime} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {isMore && (
        <button type="button" class="button quiet" onClick={() => setCount(count + STEP)}>
          Show more
        </button>
      )}
    </>
  );
}

async function readPolicies(
  admin: Calls["admin"],
  count: number,
  signal: AbortSignal,
): Promise<{ policies: readonly ClientPolicy[]; isMore: boolean }> {
  const policies: ClientPolicy[] = [];
  let pageToken = "";
  do {
    const page = await admin.listClientPolicies({ pageSize: count - policies.length, pageToken }, { signal });
    policies.push(...page.clientPolicies);
    pageToken = page.nextPageToken;
  } while (pageToken !== "" && policies.length < count);
  return { policies, isMore: pageToken !== "" };
}
