import type { Scope } from "@scope-registry/client/messages";
import { ActButton } from "../acts/act-button.tsx";
import { ALL_CHANGES, hrefOf } from "../navigation/place.ts";
import { FieldDifferences } from "../parts/field-difference.tsx";
import { Moment } from "../parts/moment.tsx";
import { ScopeLink } from "../parts/scope-name.tsx";
import { proposedChange, type SinceRead } from "./proposed-change.ts";

interface ReviewItemProps {
  readonly scope: Scope;
  /** What has become of it since it was read before, where somebody has decided on what it was. */
  readonly since: SinceRead | undefined;
  /** Undefined: one may look only. */
  readonly acts: ReviewActs | undefined;
}

/** What one may do with a scope that waits. */
export interface ReviewActs {
  readonly busy: boolean;
  readonly chosen: boolean;
  readonly onChoose: (on: boolean) => void;
  readonly onApprove: () => void;
  readonly onRefuse: () => void;
}

/** A scope that waits: what would come into force, who asked, and since when. */
export function ReviewItem({ scope, since, acts }: ReviewItemProps) {
  const { name, owner, updateTime } = scope;
  const { isNew, fields } = proposedChange(scope);
  return (
    <li class="review">
      <div class="review-head">
        {acts !== undefined && (
          <input
            type="checkbox"
            aria-label={`Choose ${name}`}
            checked={acts.chosen}
            onChange={({ currentTarget }) => acts.onChoose(currentTarget.checked)}
          />
        )}
        <div class="review-title">
          <ScopeLink name={name} />{" "}
          <span class="hint">{isNew ? "would be valid" : "is valid, and would reach further"}</span>
          <p class="hint">
            Asked by{" "}
            <a href={hrefOf({ page: "resource-server", name: owner })}>
              <bdi>{owner}</bdi>
            </a>
            , <Moment time={updateTime} /> ·{" "}
            <a href={hrefOf({ page: "changes", query: { ...ALL_CHANGES, scope: name } })}>History</a>
          </p>
        </div>
        {acts !== undefined && (
          <div class="acts">
            <ActButton busy={acts.busy} look="quiet" label={`Approve ${name}`} onAct={acts.onApprove}>
              Approve
            </ActButton>
            <ActButton busy={acts.busy} look="quiet" label={`Refuse ${name}`} onAct={acts.onRefuse}>
              Refuse…
            </ActButton>
          </div>
        )}
      </div>
      {since?.kind === "changed" && (
        <div class="since-read">
          <p>Changed since you read it. What you see now is not what you decided on:</p>
          <FieldDifferences fields={since.fields} isNew={false} />
        </div>
      )}
      <FieldDifferences fields={fields} isNew={isNew} />
    </li>
  );
}
