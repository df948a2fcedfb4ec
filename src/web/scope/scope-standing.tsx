import { timestampDate } from "@bufbuild/protobuf/wkt";
import { type Scope, ScopeState } from "@scope-registry/client/messages";
import { Moment } from "../parts/moment.tsx";
import { ScopeLink } from "../parts/scope-name.tsx";
import { dayText } from "../time-text.ts";
import { ProposalFields } from "./proposal-fields.tsx";
import { Refusal } from "./refusal.tsx";

/** What one has to know before anything else: that a scope is not simply valid, and what to ask for in place of it. */
export function ScopeStanding({ scope }: { readonly scope: Scope }) {
  const { state, deprecated, replacedBy, sunsetTime, proposal } = scope;
  if (state === ScopeState.ACTIVE) return null;
  const sunset = sunsetTime && timestampDate(sunsetTime);
  return (
    <div class={`standing ${state === ScopeState.DISABLED ? "standing-over" : ""}`}>
      <p>
        <strong>{headline(scope)}</strong> {explanation(scope)}
      </p>
      {replacedBy !== "" && (
        <p>
          Ask for <ScopeLink name={replacedBy} /> instead.
        </p>
      )}
      {deprecated && sunset !== undefined && (
        <p>
          Its owner means to stop honouring it on {dayText(sunset)} (<Moment time={sunsetTime} />
          ).
        </p>
      )}
      {proposal !== undefined && <ProposalFields scope={scope} proposal={proposal} />}
      {state === ScopeState.DISABLED && scope.disabledByAdmin && (
        <Refusal scope={scope} what="It was refused in a review">
          Its owner can register texts of it only. An administrator can enable it, which approves it.
        </Refusal>
      )}
    </div>
  );
}

function headline({ state, disabledByAdmin, proposal }: Scope): string {
  switch (state) {
    case ScopeState.DEPRECATED:
      return "Deprecated.";
    case ScopeState.PENDING:
      return proposal === undefined ? "Waits for review." : "A change of it waits for review.";
    default:
      return disabledByAdmin ? "Disabled by an administrator." : "Disabled by its owner.";
  }
}

function explanation({ state, disabledByAdmin, proposal }: Scope): string {
  switch (state) {
    case ScopeState.DEPRECATED:
      return "It is granted as before, with a warning.";
    case ScopeState.PENDING:
      return proposal === undefined
        ? "Nobody is granted it until an administrator approves it."
        : "It is granted as it was before, until an administrator approves what is proposed.";
    default:
      return disabledByAdmin
        ? "Nobody is granted it, and its owner cannot enable it."
        : "Nobody is granted it. The name stays its owner's.";
  }
}
