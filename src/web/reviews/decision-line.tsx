import { useEffect, useRef } from "preact/hooks";
import { Done } from "../acts/done.tsx";
import { ScopeLink } from "../parts/scope-name.tsx";
import { countText } from "../time-text.ts";
import type { Decision } from "./reviews.ts";

/** What has come of a decision. */
export function DecisionLine({ decision }: { readonly decision: Decision | undefined }) {
  if (decision === undefined) return null;
  if (decision.kind === "outdated") return <Outdated decision={decision} />;
  const [only, ...others] = decision.names;
  const what = others.length === 0 ? only : countText(decision.names.length, "scope");
  return (
    <Done revision={decision.revision}>
      {decision.kind === "approved" ? "Approved" : "Refused"} <bdi>{what}</bdi>
    </Done>
  );
}

function Outdated({ decision }: { readonly decision: Extract<Decision, { kind: "outdated" }> }) {
  const line = useRef<HTMLDivElement>(null);
  useEffect(() => line.current?.focus(), [decision]);
  const settled = [...decision.since].filter(([, { kind }]) => kind === "settled");
  return (
    <div class="since-read" role="alert" tabIndex={-1} ref={line}>
      <p>Nothing was done: it has changed since you read it. Look at it as it is now, and decide again.</p>
      {settled.length > 0 && (
        <ul>
          {settled.map(([name]) => (
            <li key={name}>
              <ScopeLink name={name} /> does not wait any more: somebody else has decided.
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
