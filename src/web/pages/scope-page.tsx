import type { Scope } from "@scope-registry/client/messages";
import { useState } from "preact/hooks";
import { useCatalogue } from "../catalogue.ts";
import { ConsentPreview } from "../consent/consent-preview.tsx";
import { ALL_CHANGES } from "../navigation/place.ts";
import { ChangeTimeline } from "../parts/change-timeline.tsx";
import { ChangedMark } from "../parts/changed-mark.tsx";
import { CopyButton } from "../parts/copy-button.tsx";
import { PageTitle } from "../parts/page-title.tsx";
import { Problem } from "../parts/problem.tsx";
import { ScopeName } from "../parts/scope-name.tsx";
import { ScopeUsage } from "../parts/scope-usage.tsx";
import { Section } from "../parts/section.tsx";
import { Skeleton } from "../parts/skeleton.tsx";
import { useAnswer } from "../parts/use-answer.ts";
import { useScopeChange } from "../parts/use-change-of.ts";
import { useFeedBegun } from "../parts/use-feed-begun.ts";
import { AskForScope } from "../scope/ask-for-scope.tsx";
import { exampleValues, instanceWith } from "../scope/example-instance.ts";
import { FamilyParameters } from "../scope/family-parameters.tsx";
import { RefusedProposal } from "../scope/refused-proposal.tsx";
import { ScopeFacts } from "../scope/scope-facts.tsx";
import { ScopeStanding } from "../scope/scope-standing.tsx";
import { UnknownScope } from "../scope/unknown-scope.tsx";

/** A scope, and how to ask for it. It is read anew whenever it changes. */
export function ScopePage({ name }: { readonly name: string }) {
  const { calls } = useCatalogue();
  const changed = useScopeChange(name);
  const begun = useFeedBegun();
  const [answer, again] = useAnswer(
    async (signal) => {
      const { scopes } = await calls.registry.listScopes(
        { names: [name], minRevision: BigInt(changed?.revision ?? 0) },
        { signal },
      );
      return scopes[0];
    },
    name,
    [changed, begun],
  );
  if (answer.kind === "failed") {
    return (
      <>
        <PageTitle name={name}>
          <ScopeName name={name} />
        </PageTitle>
        <Problem error={answer.error} onRetry={again} />
      </>
    );
  }
  if (answer.kind === "waiting") return <Skeleton rows={8} />;
  if (answer.value === undefined) return <UnknownScope name={name} />;
  return <KnownScope scope={answer.value} changed={changed?.revision ?? 0} />;
}

function KnownScope({ scope, changed }: { readonly scope: Scope; readonly changed: number }) {
  const { name, description, resources, restricted } = scope;
  const [values, setValues] = useState(() => exampleValues(name));
  const chosen = instanceWith(name, values);
  // While what is typed makes no name, the page goes on with one that does.
  const instance = chosen ?? instanceWith(name, exampleValues(name)) ?? name;
  const isFamily = instance !== name;
  return (
    <article class="with-aside">
      <div class="scope-head">
        <PageTitle name={name}>
          <ScopeName name={name} />
        </PageTitle>
        <CopyButton text={name} label={`Copy ${name}`} />
        <ChangedMark revision={changed} />
      </div>
      <div class="scope-about">
        <ScopeStanding scope={scope} />
        <p class="scope-description" dir="auto">
          {description}
        </p>
        <RefusedProposal scope={scope} />
      </div>
      <div class="aside">
        <ScopeFacts scope={scope} />
      </div>
      <div class="scope-sections">
        {isFamily && (
          <Section id="family" title="A family of names">
            <FamilyParameters name={name} values={values} instance={chosen} onChange={setValues} />
          </Section>
        )}
        <Section id="ask" title="Ask for it">
          <AskForScope scope={{ name: instance, resources, restricted }} />
        </Section>
        <Section id="consent" title="What users read">
          <ConsentPreview scope={scope} instance={instance} />
        </Section>
        <Section id="use" title="Who uses it">
          <ScopeUsage scope={scope} />
        </Section>
        <Section id="history" title="History">
          <ChangeTimeline query={{ ...ALL_CHANGES, scope: name }} limit={5} />
        </Section>
      </div>
    </article>
  );
}
