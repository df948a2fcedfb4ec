import { Code, ConnectError } from "@connectrpc/connect";
import type { Scope, ScopeUsage as Usage } from "@scope-registry/client/messages";
import { Grants } from "../acts/grants.tsx";
import { Retirement } from "../acts/retirement.tsx";
import { useCatalogue } from "../catalogue.ts";
import { useRights } from "../sign-in/use-rights.ts";
import { countText } from "../time-text.ts";
import { ClientLinks } from "./client-links.tsx";
import { Fact, Facts } from "./facts.tsx";
import { NeedsRight } from "./needs-right.tsx";
import { Problem } from "./problem.tsx";
import { ScopeLink } from "./scope-name.tsx";
import { Skeleton } from "./skeleton.tsx";
import { useAnswer } from "./use-answer.ts";

/** Who uses a scope, and what those who may can do about it. */
export function ScopeUsage({ scope }: { readonly scope: Scope }) {
  const { history } = useRights();
  if (history) return <KnownUsage key={scope.name} scope={scope} />;
  return (
    <div class="usage">
      <Facts>
        <OwnFacts scope={scope} />
      </Facts>
      <NeedsRight what="Which clients use it" ownToo />
    </div>
  );
}

/** Who is told who uses a scope may act on it: it is an administrator, or the scope's owner. */
function KnownUsage({ scope }: { readonly scope: Scope }) {
  const { admin } = useCatalogue().calls;
  const ask = async (signal: AbortSignal) =>
    (await admin.listScopeUsages({ names: [scope.name] }, { signal })).usages[0];
  const [answer, again] = useAnswer(ask, scope.name, [scope.revision]);
  if (answer.kind === "waiting") return <Skeleton rows={4} />;
  if (answer.kind === "failed" || answer.value === undefined) {
    return (
      <div class="usage">
        <Facts>
          <OwnFacts scope={scope} />
        </Facts>
        {answer.kind === "failed" && <NotKnown error={answer.error} onRetry={again} />}
      </div>
    );
  }
  const usage = answer.value;
  return (
    <div class="usage">
      <Facts>
        <LastValidated usage={usage} />
        <OwnFacts scope={scope} usage={usage} />
      </Facts>
      <section>
        <h3>Clients in the last 90 days</h3>
        {usage.clientIds.length === 0 ? (
          <p class="hint">None had it validated.</p>
        ) : (
          <p>
            <ClientLinks ids={usage.clientIds} />
            {usage.clientIds.length >= 100 && <span class="hint"> and maybe more: these are the newest.</span>}
          </p>
        )}
      </section>
      <Grants scope={scope} usage={usage} onDone={again} />
      {scope.owner !== "" && <Retirement scope={scope} onDone={again} />}
    </div>
  );
}

function NotKnown({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  if (ConnectError.from(error).code !== Code.PermissionDenied) return <Problem error={error} onRetry={onRetry} />;
  return <p class="hint">Which clients use it is shown to its owner and to administrators.</p>;
}

function LastValidated({ usage: { lastValidatedDay, clientIds } }: { readonly usage: Usage }) {
  return (
    <Fact name="Last validated">
      {lastValidatedDay === "" ? (
        "Never"
      ) : (
        <>
          <time dateTime={lastValidatedDay}>{lastValidatedDay}</time>
          {clientIds.length > 0 && <span class="hint"> for {countText(clientIds.length, "client")} lately</span>}
        </>
      )}
    </Fact>
  );
}

function OwnFacts({ scope, usage }: { readonly scope: Scope; readonly usage?: Usage }) {
  const isDefault = scope.isDefault ? "Yes, for requests that name no scope" : "No";
  return (
    <>
      <Fact name="Default">{usage?.isDefault && !scope.isDefault ? "Yes, of a client" : isDefault}</Fact>
      <Fact name="Replaced by">{scope.replacedBy === "" ? "Nothing" : <ScopeLink name={scope.replacedBy} />}</Fact>
    </>
  );
}
