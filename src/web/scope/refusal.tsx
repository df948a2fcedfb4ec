import type { Scope } from "@scope-registry/client/messages";
import type { ComponentChildren } from "preact";
import { useCatalogue } from "../catalogue.ts";
import { hrefOf } from "../navigation/place.ts";
import { Moment } from "../parts/moment.tsx";
import { useAnswer } from "../parts/use-answer.ts";
import { useRights } from "../sign-in/use-rights.ts";
import { numberText } from "../time-text.ts";
import { readRefusal } from "./read-refusal.ts";

interface RefusalProps {
  readonly scope: Scope;
  /** What was refused: the beginning of a sentence. */
  readonly what: string;
  /** What can be done now. */
  readonly children: ComponentChildren;
}

/** Who has refused a scope, when, and what can be done now; nothing for who may not see the history of it. */
export function Refusal(props: RefusalProps) {
  const { history } = useRights();
  return history ? <KnownRefusal {...props} /> : null;
}

function KnownRefusal({ scope, what, children }: RefusalProps) {
  const { admin } = useCatalogue().calls;
  const [answer] = useAnswer((signal) => readRefusal(admin, scope, signal), scope.name, [scope.revision]);
  // The history below says so where it cannot be read.
  const entry = answer.kind === "answered" ? answer.value : undefined;
  if (entry === undefined) return null;
  const { actor, time, revision } = entry;
  return (
    <div class="refusal">
      <p>
        {what} by <bdi>{actor}</bdi>, <Moment time={time} />, at{" "}
        <a href={hrefOf({ page: "change", revision: String(revision) })}>revision {numberText(Number(revision))}</a>.
      </p>
      <p>{children}</p>
    </div>
  );
}
