import { useState } from "preact/hooks";
import { ActButton } from "../acts/act-button.tsx";
import { ActProblem } from "../acts/act-problem.tsx";
import { useAct } from "../acts/use-act.ts";
import { ALL_CHANGES, hrefOf } from "../navigation/place.ts";
import { useRights } from "../sign-in/use-rights.ts";
import { countText, numberText } from "../time-text.ts";
import { DecisionLine } from "./decision-line.tsx";
import type { PendingScopes } from "./read-pending.ts";
import { RefuseDialog } from "./refuse-dialog.tsx";
import { ReviewItem } from "./review-item.tsx";
import { type Decision, MAX_SHOWN, type Reviews } from "./reviews.ts";

interface ReviewListProps {
  readonly reviews: Reviews;
  readonly pending: PendingScopes;
}

/** What waits, one below the other; several are decided on at once. */
export function ReviewList({ reviews, pending }: ReviewListProps) {
  const { admin, history } = useRights();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [refusing, setRefusing] = useState<readonly string[]>([]);
  const act = useAct<Decision>();
  const { scopes, total } = pending;
  const names = scopes.map(({ name }) => name).filter((name) => chosen.has(name));
  const since = act.result?.kind === "outdated" ? act.result.since : undefined;
  const decide = async (call: () => Promise<Decision>) => {
    const decision = await act.run(call);
    if (decision === undefined) return;
    setRefusing([]);
    // What has changed is to be chosen anew.
    setChosen(new Set());
  };
  const approve = (some: readonly string[]) => decide(() => reviews.approve(some));
  const refuse = (some: readonly string[]) => {
    // Why nothing came of the decision before is not about this one; what it has come to stays in sight.
    if (act.error !== undefined) act.reset();
    setRefusing(some);
  };
  const choose = (name: string, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(name);
    else next.delete(name);
    setChosen(next);
  };
  return (
    <>
      <p class="hint">
        {total === 0
          ? "Nothing waits for a review. Scopes of resource servers in mode REVIEW do, before they are valid or reach further."
          : `${countText(total, "scope")} ${total === 1 ? "waits" : "wait"}. Until they are approved, nothing of this is in force.`}
        {history && (
          <>
            {" "}
            <a href={hrefOf({ page: "changes", query: { ...ALL_CHANGES, kind: "refusal" } })}>What was refused</a>
          </>
        )}
      </p>
      <div class="reviews-bar">
        {admin && scopes.length > 0 && (
          <>
            <label class="check">
              <input
                type="checkbox"
                checked={names.length === scopes.length}
                onChange={({ currentTarget }) =>
                  setChosen(new Set(currentTarget.checked ? scopes.map(({ name }) => name) : []))
                }
              />
              Choose all
            </label>
            <ActButton busy={act.busy} missing={names.length === 0 ? NOTHING : ""} onAct={() => approve(names)}>
              Approve {names.length > 0 && numberText(names.length)}
            </ActButton>
            <ActButton
              busy={act.busy}
              missing={names.length === 0 ? NOTHING : ""}
              look="quiet"
              onAct={() => refuse(names)}
            >
              Refuse… {names.length > 0 && numberText(names.length)}
            </ActButton>
          </>
        )}
        <Outdated reviews={reviews} />
      </div>
      <DecisionLine decision={act.result} />
      {refusing.length === 0 && <ActProblem error={act.error} />}
      <ul class="reviews">
        {scopes.map((scope) => (
          <ReviewItem
            key={scope.name}
            scope={scope}
            since={since?.get(scope.name)}
            acts={
              admin
                ? {
                    busy: act.busy,
                    chosen: chosen.has(scope.name),
                    onChoose: (on) => choose(scope.name, on),
                    onApprove: () => approve([scope.name]),
                    onRefuse: () => refuse([scope.name]),
                  }
                : undefined
            }
          />
        ))}
      </ul>
      {scopes.length < Math.min(total, MAX_SHOWN) && (
        <button type="button" class="button quiet" onClick={() => reviews.readMore()}>
          Show more
        </button>
      )}
      <RefuseDialog
        scopes={scopes.filter(({ name }) => refusing.includes(name))}
        act={act}
        onRefuse={(some) => decide(() => reviews.refuse(some))}
        onClose={() => setRefusing([])}
      />
    </>
  );
}

const NOTHING = "Choose what it is about first";

function Outdated({ reviews }: Pick<ReviewListProps, "reviews">) {
  return (
    <span role="status" class="reviews-outdated">
      {reviews.state.value.isOutdated && (
        <>
          What waits has changed.{" "}
          <button type="button" class="link" onClick={() => reviews.read()}>
            Show it
          </button>
        </>
      )}
    </span>
  );
}
